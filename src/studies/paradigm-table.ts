/** Paradigms side by side: what each run of a study reached, and at which cost. */
import { deriveSeed } from '../random';
import {
  atLeastOf,
  fitCeilingOrReason,
  groupBy,
  isIdentified,
  mean,
  standardDeviation,
  type CeilingFit,
  type CeilingReason,
  type CeilingVerdict,
} from '../theory';
import { measurementOf, observationOf, type TrackPoint } from '../training/run-state';
import {
  ceilingSentence,
  VERDICT_WORDS,
  verdictSentence,
} from '../words/en/reasons/ceiling-reasons';
import { endingSentence } from '../words/en/reasons/run-reasons';
import type { CellResult, StudyResults } from './study-results';
import { toDecimals } from '../rounding';
import { counted } from '../words/en/counted';

/** A ceiling with its verdict in words. */
type ToldCeiling = Omit<CeilingFit, 'verdict'> & {
  readonly identified: boolean;
  readonly verdict: CeilingVerdict['is'];
  /** Where it is known from below: how high it is at least. */
  readonly atLeast: number | null;
  readonly notIdentifiedBecause: string | null;
};

function toldCeiling({ verdict, ...fit }: CeilingFit): ToldCeiling {
  return {
    ...fit,
    identified: isIdentified({ verdict }),
    verdict: verdict.is,
    atLeast: atLeastOf({ verdict })?.atLeast ?? null,
    notIdentifiedBecause: verdictSentence(verdict),
  };
}

interface ParadigmRow {
  readonly paradigm: string;
  /** Of a branch, where it starts, by its name in the study; absent in a run of its own. */
  readonly branch?: string;
  readonly seed: number;
  /** Last score, in percent; of a diverged run, the last that was measured. */
  readonly final: number;
  readonly finalStandardError: number | null;
  /** Mean final score over the levels that no trajectory is of; null where there are none. */
  readonly unseen: number | null;
  /** Final score on problems of a kind that nothing was learned from; null where none were measured. */
  readonly heldOut: number | null;
  /** Highest score on the way; it is the best of many, so noise favours it. */
  readonly best: number;
  readonly ceiling: ToldCeiling | null;
  readonly noCeilingBecause: string | null;
  /** FLOPs since the base at which 90% of the ceiling was first reached; null where never. */
  readonly computeTo90: number | null;
  /** FLOPs since the base in all. */
  readonly compute: number;
  /** Where something went wrong, in words. */
  readonly instabilities: readonly string[];
}

/** Share of the ceiling by which speed is compared. */
const NEAR = 0.9;

/**
 * FLOPs at which the track first reaches `target`, between two measurements along a straight line;
 * null where it never does.
 */
export function computeToReach(track: readonly TrackPoint[], target: number): number | null {
  const at = track.findIndex((point) => point.performance >= target);
  if (at < 0) return null;
  const point = track[at]!;
  const before = track[at - 1];
  if (!before) return point.compute;
  const share = (target - before.performance) / (point.performance - before.performance);
  return before.compute + share * (point.compute - before.compute);
}

interface Ceiling {
  readonly ceiling: CeilingFit | null;
  readonly reason: CeilingReason | null;
}

/** The ceiling of RL, or of SFT where there was no RL, whose curve begins at the base. */
function ceilingOf({ status, cell, compute, atBase, track }: CellResult): Ceiling {
  if (status === 'diverged') return { ceiling: null, reason: { because: 'diverged' } };
  if (cell.ceiling) return { ceiling: cell.ceiling, reason: null };
  const seed = deriveSeed(cell.seed, 'ceiling');
  if (cell.curve.length > 0 && compute.rl > 0) {
    return fitCeilingOrReason(cell.curve, { pSft: cell.pSft, end: cell.final, seed });
  }
  if (!atBase) return { ceiling: null, reason: { because: 'no-base' } };
  const points = track.filter((point) => point.compute > 0).map(observationOf);
  const pSft = measurementOf(atBase);
  return fitCeilingOrReason(points, { pSft, end: cell.final, seed });
}

function unseenScore({ atEnd, unseenLevels }: CellResult): number | null {
  const sum = unseenLevels.reduce((total, level) => total + atEnd.perLevel[level]!, 0);
  return unseenLevels.length > 0 ? sum / unseenLevels.length : null;
}

export function paradigmRow(result: CellResult): ParadigmRow {
  const { cell, branch, track, status, failure, atEnd, compute } = result;
  const isFinished = status === 'finished';
  const { ceiling, reason } = ceilingOf(result);
  const last = track.at(-1);
  const signs = result.instabilities.map(
    ({ kind, stage, step }) => `${kind} at ${stage.toUpperCase()} step ${step}`,
  );
  return {
    paradigm: cell.paradigm,
    ...(branch === null ? {} : { branch }),
    seed: cell.seed,
    final: isFinished ? atEnd.score : (last?.performance ?? NaN),
    finalStandardError: isFinished ? atEnd.standardError : null,
    unseen: isFinished ? unseenScore(result) : null,
    heldOut: result.heldOut?.final.score ?? null,
    best: Math.max(...track.map(({ performance }) => performance)),
    ceiling: ceiling && toldCeiling(ceiling),
    noCeilingBecause: reason && ceilingSentence(reason),
    computeTo90: ceiling && computeToReach(track, NEAR * ceiling.aPost),
    compute: isFinished ? compute.sft + compute.rl : (last?.compute ?? 0),
    instabilities: failure === null ? signs : [...signs, `diverged: ${endingSentence(failure)}`],
  };
}

/**
 * A row for each run of the study's paradigms, and for each branch of the set that they learn from:
 * by paradigm, branch point and seed, in the order of the configuration. None where it compares none.
 */
export function paradigmRows({ config, cells }: StudyResults): ParadigmRow[] {
  const { paradigms, branches, seeds, run } = config;
  if (paradigms.length === 0) return [];
  const branchNames = branches.map(({ name }) => name);
  const places = ({ cell, branch }: CellResult): number[] => [
    paradigms.indexOf(cell.paradigm),
    branchNames.indexOf(branch ?? ''),
    seeds.indexOf(cell.seed),
  ];
  return cells
    .filter(({ cell, branch }) => branch === null || cell.set?.name === run.trajectories.name)
    .map((result) => ({ result, places: places(result) }))
    .sort((a, b) => compareInTurn(a.places, b.places))
    .map(({ result }) => paradigmRow(result));
}

function compareInTurn(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** Mean and standard deviation (n − 1) over seeds; null for the deviation of one. */
export function acrossSeeds(values: readonly number[]): { mean: number; deviation: number | null } {
  return { mean: mean(values), deviation: values.length < 2 ? null : standardDeviation(values) };
}

const COLUMNS = [
  'paradigm',
  'seed',
  'final',
  'best',
  'held out',
  'ceiling',
  '90% at',
  'FLOPs',
  'instabilities',
];

function nameOf({ paradigm, branch }: ParadigmRow): string {
  return branch === undefined ? paradigm : `${paradigm} (${branch})`;
}

function ceilingText(ceiling: ToldCeiling | null): string {
  if (!ceiling) return 'none';
  const { verdict, atLeast, aPost, aPostLow, aPostHigh } = ceiling;
  if (verdict === 'no-signal') return VERDICT_WORDS[verdict];
  if (atLeast !== null) return `≥ ${toDecimals(atLeast, 1)}`;
  const interval = `${toDecimals(aPostLow, 1)}–${toDecimals(aPostHigh, 1)}`;
  return `${toDecimals(aPost, 1)} (${interval})${verdict === 'identified' ? '' : ' ?'}`;
}

function textOf(row: ParadigmRow): string[] {
  const { ceiling, finalStandardError: error, computeTo90 } = row;
  return [
    nameOf(row),
    String(row.seed),
    `${toDecimals(row.final, 1)}${error === null ? '' : ` ±${toDecimals(error, 1)}`}`,
    toDecimals(row.best, 1),
    row.heldOut === null ? '–' : toDecimals(row.heldOut, 1),
    ceilingText(ceiling),
    computeTo90 === null ? '–' : computeTo90.toExponential(1),
    row.compute.toExponential(2),
    row.instabilities.join('; ') || '–',
  ];
}

/** The rows as aligned text, and the means over seeds where there are several. */
export function paradigmText(rows: readonly ParadigmRow[]): string {
  const lines = [COLUMNS, ...rows.map(textOf)];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const text = lines.map((line) =>
    line
      .map((word, i) => word.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const groups = groupBy(rows, nameOf);
  const means = [...groups].map(([name, ofName]) => {
    const { mean: middle, deviation } = acrossSeeds(ofName.map(({ final }) => final));
    return `${name}: ${toDecimals(middle, 1)}${deviation === null ? '' : ` ±${toDecimals(deviation, 1)} over ${counted(ofName.length, 'seed')}`}`;
  });
  const notes = ['', 'Final, mean over seeds and standard deviation:', ...means];
  const mark =
    'A "?" marks a ceiling that the curve does not identify, "≥" one that it shows from below alone.';
  return [...text, mark, ...(rows.length > groups.size ? notes : []), ''].join('\n');
}
