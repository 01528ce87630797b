/**
 * What predicts the ceiling before any RL (arXiv 2512.11470 names the minimum validation loss):
 * correlations with bootstrap intervals, candidates side by side, and a ranking of trajectory sets.
 */
import { LabError } from '../errors';
import { Random } from '../random';
import { ceilingOutcome, groupBy, SEQUENTIAL, type Cell } from './cells';
import {
  centralInterval,
  drawEstimate,
  highestOf,
  mean,
  median,
  pearson,
  spearman,
  standardDeviation,
  type Estimate,
} from './statistics';

interface IndicatorSettings {
  readonly seed: number;
  readonly draws?: number;
  readonly confidence?: number;
}

/** One trajectory set (or one seed of it): what was known before RL, and its highest ceiling. */
export interface IndicatorPoint {
  readonly label: string;
  readonly x: number;
  readonly y: Estimate;
  /** Points of one group are drawn together; null for a point of its own. */
  readonly group: string | null;
}

export interface Correlation {
  /** null where one side does not vary, or with fewer than three groups. */
  readonly pearson: Estimate | null;
  readonly spearman: Estimate | null;
  readonly points: readonly IndicatorPoint[];
}

/** Fewer groups (sets, or points that have none) say nothing about a correlation. */
const LEAST_GROUPS = 3;
/** Nor do fewer points of a draw. */
const LEAST_POINTS = 3;

type Measure = (x: readonly number[], y: readonly number[]) => number | null;

const VALUE_DRAWS = 200;

/**
 * The correlation of what the ceilings may be: middles of wide intervals agree better with anything than
 * what lies within them.
 */
function valueOf(
  points: readonly IndicatorPoint[],
  measure: Measure,
  random: Random,
): number | null {
  const x = points.map((point) => point.x);
  const drawn = Array.from({ length: VALUE_DRAWS }, () =>
    measure(
      x,
      points.map(({ y }) => drawEstimate(random, y)),
    ),
  ).filter((r) => r !== null);
  return drawn.length > 0 ? median(drawn) : null;
}

/** Correlations of a set of points, resampled by group and with each ceiling drawn anew. */
export function correlate(
  points: readonly IndicatorPoint[],
  { seed, draws = 1000, confidence = 0.9 }: IndicatorSettings,
): Correlation {
  const groups = [
    ...groupBy(
      points.map((p, i) => ({ p, i })),
      ({ p, i }) => p.group ?? i,
    ).values(),
  ];
  const estimate = (measure: Measure, name: string): Estimate | null => {
    const value = valueOf(points, measure, Random.from(seed, 'correlation-value', name));
    // Seeds of one set differ by luck alone: what is correlated are sets.
    if (value === null || groups.length < LEAST_GROUPS) return null;
    const random = Random.from(seed, 'correlation', name);
    const sample: number[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const drawn = groups.flatMap(() => groups[random.integer(groups.length)]!);
      const r = measure(
        drawn.map(({ p }) => p.x),
        drawn.map(({ p }) => drawEstimate(random, p.y)),
      );
      // A draw of one point over and over has no correlation.
      if (r !== null && new Set(drawn.map(({ i }) => i)).size >= LEAST_POINTS) sample.push(r);
    }
    if (sample.length < draws / 2) return { value, low: -1, high: 1 };
    const { low, high } = centralInterval(sample, confidence);
    return { value, low: Math.min(low, value), high: Math.max(high, value) };
  };
  return {
    pearson: estimate(pearson, 'pearson'),
    spearman: estimate(spearman, 'spearman'),
    points,
  };
}

/** The highest ceiling of each set and seed, against a measure of the set and seed. */
export function indicatorPoints(
  cells: readonly Cell[],
  measureOf: (cells: readonly Cell[]) => number | null,
): IndicatorPoint[] {
  const sequential = cells.filter((cell) => cell.paradigm === SEQUENTIAL && cell.set !== null);
  const groups = groupBy(sequential, (cell) => JSON.stringify([cell.set?.name, cell.seed]));
  return [...groups.values()].flatMap((group) => {
    const ceilings = group.map(ceilingOutcome).filter((ceiling) => ceiling !== null);
    const x = measureOf(group);
    if (ceilings.length === 0 || x === null) return [];
    const y = highestOf(ceilings);
    const name = group[0]!.set!.name;
    return [{ label: `${name}, seed ${group[0]!.seed}`, x, y, group: name }];
  });
}

function minLoss(cells: readonly Cell[]): number | null {
  const losses = cells.map((cell) => cell.minValidationLoss).filter((loss) => loss !== null);
  return losses.length > 0 ? Math.min(...losses) : null;
}

/** A measure taken before RL at the branch point with the highest ceiling. */
function candidateAtPeak(name: string): (cells: readonly Cell[]) => number | null {
  return (cells) => {
    const known = cells.filter(
      (cell) => cell.candidates[name] !== undefined && ceilingOutcome(cell),
    );
    if (known.length === 0) return null;
    const peak = known.reduce((top, cell) =>
      ceilingOutcome(cell)!.value > ceilingOutcome(top)!.value ? cell : top,
    );
    return peak.candidates[name]!;
  };
}

export interface Indicator {
  readonly name: string;
  readonly correlation: Correlation;
}

/** Name under which the minimum validation loss stands among the candidates. */
export const MIN_VALIDATION_LOSS = 'minimum validation loss';
export const SFT_PERFORMANCE = 'P_sft';

/**
 * Correlation of each measure that costs no RL with the highest ceiling: minimum validation loss,
 * P_sft and whatever candidates the cells carry. The strongest comes first; those that cannot be
 * judged come last.
 */
export function compareIndicators(
  cells: readonly Cell[],
  settings: IndicatorSettings,
): Indicator[] {
  const names = new Set(cells.flatMap((cell) => Object.keys(cell.candidates)));
  const withStart = cells.map((cell) => ({
    ...cell,
    candidates: { ...cell.candidates, [SFT_PERFORMANCE]: cell.pSft.value },
  }));
  const measures = [
    { name: MIN_VALIDATION_LOSS, measureOf: minLoss },
    ...[SFT_PERFORMANCE, ...names].map((name) => ({ name, measureOf: candidateAtPeak(name) })),
  ];
  const strength = ({ correlation }: Indicator): number =>
    Math.abs(correlation.pearson?.value ?? 0);
  return measures
    .map(({ name, measureOf }) => ({
      name,
      correlation: correlate(indicatorPoints(withStart, measureOf), settings),
    }))
    .sort((a, b) => strength(b) - strength(a));
}

/** What is known of a trajectory set after SFT alone. */
interface SetCandidate {
  readonly set: string;
  /** Minimum validation loss of each seed, all on the same validation trajectories. */
  readonly minValidationLosses: readonly number[];
}

export interface RankedSet {
  readonly set: string;
  /** From 1: the lowest loss, and so the highest ceiling to be expected. */
  readonly rank: number;
  readonly loss: Estimate;
  /** How often it comes first when the seeds are drawn anew; 0 to 1. */
  readonly firstShare: number;
}

/** Ranks sets by minimum validation loss, before any RL is spent on them. */
export function rankSets(
  candidates: readonly SetCandidate[],
  { seed, draws = 1000, confidence = 0.9 }: IndicatorSettings,
): RankedSet[] {
  for (const { set, minValidationLosses } of candidates) {
    if (minValidationLosses.length === 0 || !minValidationLosses.every((loss) => loss > 0)) {
      throw new LabError('ranking/losses', { set, losses: minValidationLosses.map(String) });
    }
  }
  const random = Random.from(seed, 'rank-sets');
  const drawn = Array.from({ length: draws }, () =>
    candidates.map(({ minValidationLosses: losses }) => {
      const error = standardDeviation(losses) / Math.sqrt(losses.length);
      return mean(losses) + error * random.normal();
    }),
  );
  const firsts = drawn.map((losses) => losses.indexOf(Math.min(...losses)));
  return candidates
    .map(({ set, minValidationLosses }, i) => {
      const value = mean(minValidationLosses);
      const interval = centralInterval(
        drawn.map((losses) => losses[i]!),
        confidence,
      );
      const firstShare = firsts.filter((first) => first === i).length / draws;
      return { set, loss: { value, ...interval }, firstShare };
    })
    .sort((a, b) => a.loss.value - b.loss.value)
    .map((ranked, i) => ({ ...ranked, rank: i + 1 }));
}
