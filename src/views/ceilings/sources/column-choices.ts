/** Which columns a person chose, and what is still missing. */
import { numberProblem } from '../../../settings/number';
import { CURVE_COLUMNS, type ColumnMapping, type CurveColumn } from '../../../theory';

/** A column's name in the file; empty where there is none. */
type ColumnChoices = Readonly<Record<CurveColumn, string>>;

interface ColumnWords {
  readonly label: string;
  readonly help: string | null;
  readonly none: string;
}

export const COLUMN_WORDS: Readonly<Record<CurveColumn, ColumnWords>> = {
  compute: { label: 'Compute', help: '0 in the row of P_sft.', none: 'choose…' },
  performance: { label: 'Performance', help: null, none: 'choose…' },
  run: { label: 'Run', help: null, none: 'the file is one run' },
  seed: { label: 'Seed', help: null, none: 'none' },
  n_problems: { label: 'Samples of an evaluation', help: null, none: 'none' },
  level: { label: 'Level', help: 'A row for each level of an evaluation.', none: 'none' },
  successes: { label: 'Right answers', help: null, none: 'none' },
  set: { label: 'Trajectory set', help: null, none: 'none' },
  set_size: { label: 'Size of the set', help: null, none: 'none' },
  difficulty: { label: 'Difficulty of the set', help: null, none: 'none' },
  branch: { label: 'Branch point', help: 'Its name, or the step of SFT.', none: 'none' },
  sft_compute: { label: 'Compute of SFT', help: 'Up to the branch point.', none: 'none' },
  min_val_loss: { label: 'Minimum validation loss', help: null, none: 'none' },
  paradigm: { label: 'Paradigm', help: 'Blank for SFT, then RL.', none: 'none' },
};

/** In the order of the form. */
export const ASKED_COLUMNS = ['compute', 'performance', 'run', 'seed', 'n_problems'] as const;

/** Of a file that holds a whole study, or the levels of a benchmark. */
export const STUDY_COLUMNS = CURVE_COLUMNS.filter(
  (column) => !ASKED_COLUMNS.some((asked) => asked === column),
);

export function choicesOfColumns({ columns }: ColumnMapping): ColumnChoices {
  const names = CURVE_COLUMNS.map((column) => [column, columns[column] ?? '']);
  return Object.fromEntries(names) as Record<CurveColumn, string>;
}

/** What keeps these choices from being used; null where nothing does. */
export function columnProblem(choices: ColumnChoices): string | null {
  if (choices.compute === '') return 'Choose the column that holds the compute.';
  const isCounted = choices.successes !== '' && choices.n_problems !== '';
  if (choices.performance === '' && !isCounted) {
    return 'Choose the column that holds the performance.';
  }
  const used = CURVE_COLUMNS.map((column) => choices[column]).filter((name) => name !== '');
  const twice = used.find((name, i) => used.indexOf(name) !== i);
  return twice === undefined
    ? null
    : `Column “${twice}” is chosen twice; each can stand for one thing.`;
}

/** What stands for P_sft where no row has compute 0. */
export type StartChoice = 'zero' | 'first' | 'number';

/** What a person says beside the columns; `pSft` is a text, right or wrong. */
export interface ReadingChoices {
  readonly fractions: boolean;
  readonly start: StartChoice;
  readonly pSft: string;
  readonly decimal: '.' | ',' | null;
}

export const P_SFT_RANGE = { subject: 'P_sft', least: 0, most: 100, unit: 'percent' } as const;

export function readingOf({
  fractions,
  pSft = null,
  decimal = null,
}: ColumnMapping): ReadingChoices {
  const start = pSft === null ? 'zero' : pSft === 'first' ? 'first' : 'number';
  return { fractions, start, pSft: typeof pSft === 'number' ? String(pSft) : '', decimal };
}

/** Why P_sft is none; null where it is one, or none is asked for. */
export function pSftProblem({ start, pSft }: ReadingChoices): string | null {
  return start === 'number' ? numberProblem(pSft, P_SFT_RANGE) : null;
}

export function mappingOf(choices: ColumnChoices, reading: ReadingChoices): ColumnMapping {
  const chosen = CURVE_COLUMNS.filter((column) => choices[column] !== '');
  const { start, fractions, decimal } = reading;
  return {
    columns: Object.fromEntries(chosen.map((column) => [column, choices[column]])),
    fractions,
    pSft: start === 'zero' ? null : start === 'first' ? 'first' : Number(reading.pSft),
    decimal,
  };
}
