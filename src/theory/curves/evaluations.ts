/**
 * Rows of one curve to its evaluations. A row is an evaluation, or one level of it; then the performance
 * is the plain mean over the levels.
 */
import type { CurveObservation, LevelResult, Measurement } from '../ceilings/data';
import { binomialError, mean } from '../statistics';
import type { Names } from './columns';
import type { RowReader } from './row-reader';

/** What a row says of an evaluation. */
export interface Measured {
  readonly compute: number;
  /** In percent. */
  readonly performance: number;
  readonly nProblems: number | undefined;
  /** The counts of the level that the row is of; null for a row over all levels. */
  readonly level: LevelResult | null;
}

export interface MeasuredRow extends Measured {
  readonly line: number;
}

const ANY_COUNT = { low: 0, high: Number.MAX_SAFE_INTEGER };

/** Reads the measurement of a row; what is wrong with it is in the reader's problems. */
export function readMeasured(reader: RowReader, fractions: boolean): Measured {
  const compute = reader.number('compute', {
    low: 0,
    high: Number.MAX_VALUE,
    words: 'a number from 0 on',
  });
  const nProblems =
    reader.text('n_problems') === ''
      ? undefined
      : reader.number('n_problems', {
          low: 1,
          high: Number.MAX_SAFE_INTEGER,
          words: 'a number from 1 on, or blank',
        });
  const successes =
    reader.text('successes') === ''
      ? undefined
      : reader.number('successes', { ...ANY_COUNT, words: 'a number of right answers from 0 on' });
  const performance = readPerformance(reader, { fractions, nProblems, successes });
  const name = reader.text('level');
  if (name === '') return { compute, performance, nProblems, level: null };
  return {
    compute,
    performance,
    nProblems,
    level: levelOf(reader, { name, performance, nProblems, successes }),
  };
}

interface Counts {
  readonly nProblems: number | undefined;
  readonly successes: number | undefined;
}

function readPerformance(
  reader: RowReader,
  { fractions, nProblems, successes }: Counts & { fractions: boolean },
): number {
  if (successes !== undefined && nProblems !== undefined) {
    if (successes > nProblems) {
      reader.wrong(
        'successes',
        `is ${successes} of ${nProblems} samples; it must be from 0 to the number of samples. Correct the counts.`,
      );
    }
    return (100 * successes) / nProblems;
  }
  const top = fractions ? 1 : 100;
  const words = fractions ? 'a share from 0 to 1' : 'a percentage from 0 to 100';
  return (100 * reader.number('performance', { low: 0, high: top, words })) / top;
}

function levelOf(
  reader: RowReader,
  { name, performance, nProblems, successes }: Counts & { name: string; performance: number },
): LevelResult | null {
  if (nProblems === undefined) {
    reader.wrong(
      'level',
      `is "${name}", and the row has no number of samples; a ceiling by level needs one. Add a column n_problems, or leave the column level out.`,
    );
    return null;
  }
  const samples = Math.round(nProblems);
  const right = Math.round(successes ?? (performance / 100) * samples);
  return { level: name, successes: right, samples, problems: samples };
}

/** An evaluation as a measurement by itself. */
export function measuredAt({ performance, nProblems, levels }: CurveObservation): Measurement {
  return {
    value: performance,
    standardError: nProblems === undefined ? null : binomialError(performance, nProblems),
    ...(levels && { levels }),
  };
}

interface Whose {
  /** Such as `Run "a", seed 2`. */
  readonly who: string;
  readonly names: Names;
}

/** The evaluations of a curve, or what is wrong with its rows. */
export function evaluationsOf(
  rows: readonly MeasuredRow[],
  whose: Whose,
): { observations: CurveObservation[]; problem: string | null; notes: string[] } {
  const { rows: kept, problem, notes } = withoutRepeats(rows, whose);
  if (problem !== null) return { observations: [], problem, notes };
  const byCompute = new Map<number, MeasuredRow[]>();
  for (const row of kept) {
    byCompute.set(row.compute, [...(byCompute.get(row.compute) ?? []), row]);
  }
  const groups = [...byCompute.values()];
  const wrong = changedLevels(groups, whose);
  if (wrong !== null) return { observations: [], problem: wrong, notes };
  const order = levelsIn(groups.find((group) => group.some(({ level }) => level)) ?? []);
  return { observations: groups.map((group) => observationOf(group, order)), problem: null, notes };
}

function levelsIn(rows: readonly MeasuredRow[]): string[] {
  return rows.flatMap(({ level }) => (level ? [String(level.level)] : []));
}

/** Every evaluation after the branch point needs the same levels; that of P_sft may have none. */
function changedLevels(
  groups: readonly (readonly MeasuredRow[])[],
  { who, names }: Whose,
): string | null {
  const first = groups.find((group) => group.some(({ level }) => level));
  if (!first) return null;
  const expected = levelsIn(first);
  const isSame = (found: readonly string[]): boolean =>
    found.length === expected.length && expected.every((level) => found.includes(level));
  const other = groups.find((group) => {
    const found = levelsIn(group);
    return !isSame(found) && !(group[0]!.compute === 0 && found.length === 0);
  });
  if (!other) return null;
  const found = levelsIn(other);
  return `${who}, column "${names.level}": the evaluation at compute ${other[0]!.compute} (row ${other[0]!.line}) has the levels ${found.join(', ') || '(none)'}, that of row ${first[0]!.line} has ${expected.join(', ')}. Every evaluation of a curve needs the same levels: add the missing rows, or leave the column out.`;
}

function observationOf(group: readonly MeasuredRow[], order: readonly string[]): CurveObservation {
  const { compute } = group[0]!;
  const whole = group.find(({ level }) => level === null);
  const counted = group.filter(({ level }) => level !== null);
  if (counted.length === 0) {
    return { compute, performance: whole!.performance, nProblems: whole!.nProblems };
  }
  const levels = order.map((name) => counted.find(({ level }) => level!.level === name)!.level!);
  return {
    compute,
    performance: whole?.performance ?? mean(counted.map(({ performance }) => performance)),
    nProblems: levels.reduce((sum, { samples }) => sum + samples, 0),
    levels,
  };
}

function keyOf({ compute, level }: MeasuredRow): string {
  return JSON.stringify([compute, level?.level]);
}

/**
 * A log that was resumed from a checkpoint writes some steps again: the later row is the one that the
 * run went on from. Rows that begin again from the start are another run.
 */
function withoutRepeats(
  rows: readonly MeasuredRow[],
  { who, names }: Whose,
): { rows: readonly MeasuredRow[]; problem: string | null; notes: string[] } {
  const latest = new Map<string, MeasuredRow>();
  const repeats: { before: MeasuredRow; row: MeasuredRow }[] = [];
  for (const row of rows) {
    const before = latest.get(keyOf(row));
    if (before) repeats.push({ before, row });
    latest.set(keyOf(row), row);
  }
  const [again] = repeats;
  if (!again) return { rows, problem: null, notes: [] };
  const start = Math.min(...rows.map(({ compute }) => compute));
  if (repeats.some(({ row }) => row.compute === start)) {
    const { before, row } = again;
    const problem = `Row ${row.line}, column "${names.compute}": ${who} has compute ${row.compute} already in row ${before.line}; each may appear once. Add a seed column for several runs.`;
    return { rows, problem, notes: [] };
  }
  const computes = repeats.map(({ row }) => row.compute);
  const range = [...new Set([Math.min(...computes), Math.max(...computes)])].join(' to ');
  const note = `${who} has ${names.compute} ${range} twice, as a log that was resumed has; the later rows are taken. If they are several runs, add a seed column.`;
  return { rows: [...latest.values()], problem: null, notes: [note] };
}
