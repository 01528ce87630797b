/** What a study's file says of each of its curves beside its evaluations. */
import { CURVE_COLUMNS, isStudyColumn, type Names, type StudyColumn } from './columns';
import type { RowReader } from './row-reader';

/** null where the file does not say. */
export interface CurveTraits {
  /** Name of the trajectory set. */
  readonly set: string | null;
  /** Trajectories of the set. */
  readonly setSize: number | null;
  /** On any scale that rises with it. */
  readonly difficulty: number | null;
  /** Name, or step, of the branch point. */
  readonly branch: string | null;
  /** Compute of SFT up to the branch point. */
  readonly sftCompute: number | null;
  /** Lowest validation loss of the SFT run. */
  readonly minValidationLoss: number | null;
  readonly paradigm: string | null;
}

/** Difficulties that are said in words, as the paper says them. */
const DIFFICULTY_WORDS: Readonly<Record<string, number>> = {
  easy: 1,
  medium: 2,
  uniform: 2,
  mixed: 2,
  hard: 3,
};

const NON_NEGATIVE = { low: 0, high: Number.MAX_VALUE };

function difficultyOf(reader: RowReader): number {
  const word = DIFFICULTY_WORDS[reader.text('difficulty').toLowerCase()];
  if (word !== undefined) return word;
  const words = 'a number that rises with difficulty, or easy, uniform or hard';
  return reader.number('difficulty', { low: -Number.MAX_VALUE, high: Number.MAX_VALUE, words });
}

/** Reads what one row says; blank cells are null. */
export function readTraits(reader: RowReader): CurveTraits {
  const text = (column: StudyColumn): string | null => reader.text(column) || null;
  const known = <T>(column: StudyColumn, read: () => T): T | null =>
    reader.text(column) === '' ? null : read();
  return {
    set: text('set'),
    setSize: known('set_size', () =>
      reader.number('set_size', {
        low: 1,
        high: Number.MAX_SAFE_INTEGER,
        words: 'a number of trajectories from 1 on, or blank',
      }),
    ),
    difficulty: known('difficulty', () => difficultyOf(reader)),
    branch: text('branch'),
    sftCompute: known('sft_compute', () =>
      reader.number('sft_compute', { ...NON_NEGATIVE, words: 'a number from 0 on, or blank' }),
    ),
    minValidationLoss: known('min_val_loss', () =>
      reader.number('min_val_loss', {
        low: Number.MIN_VALUE,
        high: Number.MAX_VALUE,
        words: 'a number above 0, or blank',
      }),
    ),
    paradigm: text('paradigm'),
  };
}

const FIELDS: Readonly<Record<StudyColumn, keyof CurveTraits>> = {
  set: 'set',
  set_size: 'setSize',
  difficulty: 'difficulty',
  branch: 'branch',
  sft_compute: 'sftCompute',
  min_val_loss: 'minValidationLoss',
  paradigm: 'paradigm',
};

interface TraitRow {
  readonly line: number;
  readonly traits: CurveTraits;
}

/** The rows of one curve say one thing each; a log's validation loss may fall on the way. */
export function commonTraits(
  rows: readonly TraitRow[],
  { who, names }: { who: string; names: Names },
): { traits: CurveTraits; problems: readonly string[] } {
  const problems: string[] = [];
  const traits: Record<string, string | number | null> = {};
  for (const column of CURVE_COLUMNS.filter(isStudyColumn)) {
    const field = FIELDS[column];
    const said = rows.filter((row) => row.traits[field] !== null);
    const first = said[0];
    const other = said.find((row) => row.traits[field] !== first!.traits[field]);
    traits[field] = first?.traits[field] ?? null;
    if (first === undefined || other === undefined) continue;
    if (column === 'min_val_loss') {
      traits[field] = Math.min(...said.map((row) => row.traits.minValidationLoss!));
      continue;
    }
    problems.push(
      `${who}, column "${names[column]}" has "${first.traits[field]}" in row ${first.line} and "${other.traits[field]}" in row ${other.line}; a curve has one. Give each its own run or seed.`,
    );
  }
  return { traits: traits as unknown as CurveTraits, problems };
}

/** What a run is called that the file does not name; null where it says nothing of it. */
export function runOfTraits({ set, branch, paradigm }: CurveTraits): string | null {
  const words = [set, paradigm, branch].filter((word) => word !== null);
  return words.length > 0 ? words.join('/') : null;
}
