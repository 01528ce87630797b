/**
 * The paper's claims (arXiv 2512.11470) as statements that cells can support or contradict. Each is a
 * set of contrasts, all of which must come out as claimed; a contrast is decided when its interval
 * excludes zero, over enough seeds. Nothing here knows how a claim ought to come out.
 */
import { log, square } from '../elementary';
import { ceilingOutcome, isOpen, SEQUENTIAL, type Cell } from './cells';
import {
  contrastOf,
  finalOutcome,
  pairedEffects,
  peakOf,
  sideOf,
  type Contrast,
  type Outcome,
  type SeedEffect,
} from './contrasts';
import { correlate, indicatorPoints } from './indicators';
import type { Estimate } from './statistics';
import type { SubPhase } from './sub-phases';

export const CLAIMS = ['sequential', 'switch-point', 'scale', 'difficulty', 'indicator'] as const;
export type ClaimId = (typeof CLAIMS)[number];
export type Verdict = 'supported' | 'contradicted' | 'undecided';

export interface FindingSettings {
  readonly seed: number;
  readonly confidence: number;
  /** Seeds without which nothing is decided. */
  readonly leastSeeds: number;
  /** Of the indicator's interval; its own number where left out. */
  readonly draws?: number;
}

export const DEFAULT_FINDING_SETTINGS: FindingSettings = {
  seed: 0,
  confidence: 0.9,
  leastSeeds: 2,
};

export interface Finding {
  readonly claim: ClaimId;
  /** The statement that is tested. */
  readonly statement: string;
  readonly verdict: Verdict;
  /** The contrast that decides: the least favourable one. Null where nothing could be compared. */
  readonly effect: Estimate | null;
  readonly unit: 'points' | 'points per tenfold' | 'correlation';
  /** Why the verdict, in a sentence. */
  readonly reason: string;
  readonly contrasts: readonly Contrast[];
  readonly seeds: readonly number[];
  readonly runs: readonly string[];
  /** Runs that belong here but have no ceiling of any kind. */
  readonly leftOut: readonly string[];
  /** Runs whose ceiling is open: they count with the whole of what it may be. */
  readonly open: readonly string[];
}

const STATEMENTS: Readonly<Record<ClaimId, string>> = {
  sequential: 'SFT, then RL ends higher than each other paradigm.',
  'switch-point':
    'Turning to RL when validation loss is stable or mildly past its minimum gives a higher ceiling than earlier and than later.',
  scale: 'More trajectories of the same difficulty raise the highest ceiling.',
  difficulty: 'At equal size, harder trajectories raise the highest ceiling.',
  indicator: 'The lower the minimum validation loss, the higher the highest ceiling.',
};

const RIGHT_TIME: readonly SubPhase[] = ['stable', 'mild'];

type Judge = (cells: readonly Cell[], settings: FindingSettings) => Contrast[];

/** All claims over one set of cells, in the order of {@link CLAIMS}. */
export function findings(cells: readonly Cell[], given: Partial<FindingSettings> = {}): Finding[] {
  const settings = { ...DEFAULT_FINDING_SETTINGS, ...given };
  return CLAIMS.map((claim) => {
    const { judge, unit, usesCeiling } = JUDGES[claim];
    return findingOf(claim, judge(cells, settings), { cells, settings, unit, usesCeiling });
  });
}

const JUDGES: Readonly<
  Record<ClaimId, { judge: Judge; unit: Finding['unit']; usesCeiling: boolean }>
> = {
  sequential: { judge: sequentialContrasts, unit: 'points', usesCeiling: false },
  'switch-point': { judge: switchContrasts, unit: 'points', usesCeiling: true },
  scale: { judge: scaleContrasts, unit: 'points per tenfold', usesCeiling: true },
  difficulty: { judge: difficultyContrasts, unit: 'points', usesCeiling: true },
  indicator: { judge: indicatorContrasts, unit: 'correlation', usesCeiling: true },
};

function verdictOf({ effect, seeds }: Contrast, { leastSeeds }: FindingSettings): Verdict {
  if (!effect || seeds.length < leastSeeds) return 'undecided';
  if (effect.low > 0) return 'supported';
  return effect.high < 0 ? 'contradicted' : 'undecided';
}

/** The effect as claimed is above 0 in every contrast; for the indicator it is minus the correlation. */
function findingOf(
  claim: ClaimId,
  contrasts: readonly Contrast[],
  {
    cells,
    settings,
    unit,
    usesCeiling,
  }: {
    cells: readonly Cell[];
    settings: FindingSettings;
    unit: Finding['unit'];
    usesCeiling: boolean;
  },
): Finding {
  const known = contrasts.filter((contrast) => contrast.effect !== null);
  const verdicts = contrasts.map((contrast) => verdictOf(contrast, settings));
  const verdict: Verdict = verdicts.includes('contradicted')
    ? 'contradicted'
    : known.length > 0 && verdicts.every((each) => each === 'supported')
      ? 'supported'
      : 'undecided';
  const weakest = known.reduce<Contrast | null>(
    (least, contrast) =>
      least && least.effect!.value <= contrast.effect!.value ? least : contrast,
    null,
  );
  const fitted = usesCeiling ? cells.filter(({ paradigm }) => paradigm === SEQUENTIAL) : [];
  const named = (of: (cell: Cell) => boolean): string[] => fitted.filter(of).map(({ run }) => run);
  return {
    claim,
    statement: STATEMENTS[claim],
    verdict,
    effect: weakest?.effect ?? null,
    unit,
    reason: reasonOf(verdict, { contrasts, verdicts, weakest, settings }),
    contrasts,
    seeds: [...new Set(known.flatMap((contrast) => contrast.seeds))].sort((a, b) => a - b),
    runs: [...new Set(known.flatMap((contrast) => contrast.runs))],
    leftOut: named(({ ceiling }) => ceiling === null),
    open: named(isOpen),
  };
}

function reasonOf(
  verdict: Verdict,
  {
    contrasts,
    verdicts,
    weakest,
    settings,
  }: {
    contrasts: readonly Contrast[];
    verdicts: readonly Verdict[];
    weakest: Contrast | null;
    settings: FindingSettings;
  },
): string {
  if (!weakest) {
    const missing = contrasts.map((contrast) => contrast.name).join('; ');
    return missing === ''
      ? 'There are no cells to compare.'
      : `There are no pairs of cells with known outcomes for: ${missing}.`;
  }
  if (verdict === 'supported') return `Every interval lies above 0; closest: ${weakest.name}.`;
  const named = contrasts.filter((_, i) => verdicts[i] === verdict).map((each) => each.name);
  if (verdict === 'contradicted') return `The interval lies below 0 for: ${named.join('; ')}.`;
  const few = Math.min(...contrasts.map((contrast) => contrast.seeds.length));
  return few < settings.leastSeeds
    ? `There are too few seeds (${few} of at least ${settings.leastSeeds}) for: ${named.join('; ')}.`
    : `The interval holds 0 for: ${named.join('; ')}.`;
}

/** Sequential cells that switched when the paper says to, against every other paradigm. */
function sequentialContrasts(cells: readonly Cell[], settings: FindingSettings): Contrast[] {
  const rivals = [...new Set(cells.map((cell) => cell.paradigm))].filter(
    (paradigm) => paradigm !== SEQUENTIAL,
  );
  return rivals.map((rival) => {
    // Pure RL has no trajectory set: it is compared with the sequential cells of all sets.
    const hasSets = cells.some((cell) => cell.paradigm === rival && cell.set !== null);
    const effects = pairedEffects(cells, {
      blockOf: (cell) => (hasSets ? (cell.set?.name ?? '') : ''),
      better: (block) => sideOf(block.filter(mayBeInTime), finalOutcome),
      worse: (block) =>
        sideOf(
          block.filter((cell) => cell.paradigm === rival),
          finalOutcome,
        ),
    });
    return contrastOf(`against ${rival}`, effects, settings);
  });
}

/** Where nobody says in which sub-phase SFT was, any branch point stands for the sequence. */
function mayBeInTime(cell: Cell): boolean {
  const { paradigm, branch } = cell;
  const isUnknown = paradigm === SEQUENTIAL && branch?.phase === null && branch.step > 0;
  return switchedInTime(cell) || isUnknown;
}

function switchedInTime({ paradigm, branch }: Cell): boolean {
  const phase = branch?.phase ?? null;
  return paradigm === SEQUENTIAL && phase !== null && RIGHT_TIME.includes(phase);
}

function switchContrasts(cells: readonly Cell[], settings: FindingSettings): Contrast[] {
  // Without a step of SFT it is pure RL, which no one would call an early switch.
  const sequential = cells.filter((cell) => cell.paradigm === SEQUENTIAL && !!cell.branch?.step);
  const against = (name: string, phase: SubPhase): Contrast =>
    contrastOf(
      name,
      pairedEffects(sequential, {
        blockOf: (cell) => cell.set?.name ?? '',
        better: (block) => sideOf(block.filter(switchedInTime), ceilingOutcome),
        worse: (block) =>
          sideOf(
            block.filter((cell) => cell.branch?.phase === phase),
            ceilingOutcome,
          ),
      }),
      settings,
    );
  return [
    against('against too early (adaptation)', 'adaptation'),
    against('against too late (severe overfitting)', 'severe'),
  ];
}

/** A set in one seed: its traits and its peak. */
interface SetPeak {
  readonly name: string;
  readonly size: number | null;
  readonly difficulty: number | null;
  readonly value: number;
  readonly variance: number;
  readonly runs: readonly string[];
}

function setPeaks(cells: readonly Cell[], outcome: Outcome): SetPeak[] {
  const named = new Map<string, Cell[]>();
  for (const cell of cells) {
    if (cell.paradigm !== SEQUENTIAL || cell.set === null || !cell.branch?.step) continue;
    named.set(cell.set.name, [...(named.get(cell.set.name) ?? []), cell]);
  }
  return [...named].flatMap(([name, ofSet]) => {
    const peak = peakOf(ofSet, outcome);
    const { size, difficulty } = ofSet[0]!.set!;
    return peak ? [{ name, size, difficulty, ...peak }] : [];
  });
}

function perSeed(
  cells: readonly Cell[],
  effectOf: (peaks: readonly SetPeak[]) => Omit<SeedEffect, 'seed'> | null,
): SeedEffect[] {
  const seeds = [...new Set(cells.map((cell) => cell.seed))];
  return seeds.flatMap((seed) => {
    const ofSeed = cells.filter((cell) => cell.seed === seed);
    const effect = effectOf(setPeaks(ofSeed, ceilingOutcome));
    return effect ? [{ seed, ...effect }] : [];
  });
}

/** Least-squares slope of the peak over the logarithm of the size. */
function slopePerTenfold(all: readonly SetPeak[]): Omit<SeedEffect, 'seed'> | null {
  const peaks = all.filter(({ size }) => size !== null && size > 0);
  const x = peaks.map((peak) => log(peak.size!) / Math.LN10);
  const centre = x.reduce((sum, value) => sum + value, 0) / x.length;
  const spread = x.reduce((sum, value) => sum + square(value - centre), 0);
  if (!(spread > 0)) return null;
  const weights = x.map((value) => (value - centre) / spread);
  return {
    value: weights.reduce((sum, weight, i) => sum + weight * peaks[i]!.value, 0),
    variance: weights.reduce((sum, weight, i) => sum + square(weight) * peaks[i]!.variance, 0),
    runs: peaks.flatMap((peak) => peak.runs),
  };
}

/** Sets whose difficulty is alike to a tenth of the range count as of the same difficulty. */
function largestAlike(peaks: readonly SetPeak[]): SetPeak[] {
  const known = peaks.flatMap(({ difficulty }) => (difficulty === null ? [] : [difficulty]));
  if (known.length === 0) return [...peaks];
  const tolerance = 0.1 * (Math.max(...known) - Math.min(...known));
  const groups = known.map((centre) =>
    peaks.filter(
      ({ difficulty }) => difficulty !== null && Math.abs(difficulty - centre) <= tolerance,
    ),
  );
  return groups.reduce((best, group) => (group.length > best.length ? group : best));
}

function scaleContrasts(cells: readonly Cell[], settings: FindingSettings): Contrast[] {
  const effects = perSeed(cells, (peaks) => slopePerTenfold(largestAlike(peaks)));
  return [contrastOf('highest ceiling per tenfold data', effects, settings)];
}

/** Hardest against easiest set of each size, averaged over the sizes that have both. */
function difficultyEffect(peaks: readonly SetPeak[]): Omit<SeedEffect, 'seed'> | null {
  const sizes = [...new Set(peaks.flatMap(({ size }) => size ?? []))];
  const pairs = sizes.flatMap((size) => {
    const alike = peaks.filter((peak) => peak.size === size && peak.difficulty !== null);
    const order = alike.sort((a, b) => a.difficulty! - b.difficulty!);
    const [easiest, hardest] = [order[0], order.at(-1)];
    return easiest && hardest && hardest.difficulty! > easiest.difficulty!
      ? [{ easiest, hardest }]
      : [];
  });
  if (pairs.length === 0) return null;
  const total = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0);
  return {
    value: total(({ hardest, easiest }) => hardest.value - easiest.value) / pairs.length,
    variance:
      total(({ hardest, easiest }) => hardest.variance + easiest.variance) / square(pairs.length),
    runs: pairs.flatMap(({ hardest, easiest }) => [...hardest.runs, ...easiest.runs]),
  };
}

function difficultyContrasts(cells: readonly Cell[], settings: FindingSettings): Contrast[] {
  return [contrastOf('hardest minus easiest', perSeed(cells, difficultyEffect), settings)];
}

/** Minus the correlation over sets, so that above 0 is as claimed. */
function indicatorContrasts(cells: readonly Cell[], settings: FindingSettings): Contrast[] {
  const points = indicatorPoints(cells, (group) => group[0]!.minValidationLoss);
  const { pearson } = correlate(points, settings);
  const used = cells.filter((cell) => cell.paradigm === SEQUENTIAL && ceilingOutcome(cell));
  return [
    {
      name: 'minus the correlation of loss and ceiling',
      effect: pearson && { value: -pearson.value, low: -pearson.high, high: -pearson.low },
      seeds: [...new Set(used.map((cell) => cell.seed))],
      runs: used.map((cell) => cell.run),
    },
  ];
}
