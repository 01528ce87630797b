/** Which columns a person chose, and what is still missing. */
import { CURVE_COLUMNS, type ColumnMapping, type CurveColumn } from '../../../theory';

/** A column's name in the file; empty where there is none. */
type ColumnChoices = Readonly<Record<CurveColumn, string>>;

export const COLUMN_WORDS: Readonly<
  Record<CurveColumn, { label: string; help: string | null; none: string }>
> = {
  compute: { label: 'Compute', help: '0 in the row of P_sft.', none: 'choose…' },
  performance: { label: 'Performance', help: null, none: 'choose…' },
  run: { label: 'Run', help: null, none: 'the file is one run' },
  seed: { label: 'Seed', help: null, none: 'none' },
  n_problems: { label: 'Samples of an evaluation', help: null, none: 'none' },
};

/** In the order of the form. */
export const ASKED_COLUMNS = Object.keys(COLUMN_WORDS) as readonly CurveColumn[];

export function choicesOfColumns({ columns }: ColumnMapping): ColumnChoices {
  const names = CURVE_COLUMNS.map((column) => [column, columns[column] ?? '']);
  return Object.fromEntries(names) as Record<CurveColumn, string>;
}

/** What keeps these choices from being used; null where nothing does. */
export function columnProblem(choices: ColumnChoices): string | null {
  for (const column of ['compute', 'performance'] as const) {
    if (choices[column] === '') return `Choose the column that holds the ${column}.`;
  }
  const used = CURVE_COLUMNS.map((column) => choices[column]).filter((name) => name !== '');
  const twice = used.find((name, i) => used.indexOf(name) !== i);
  return twice === undefined
    ? null
    : `Column “${twice}” is chosen twice; each can stand for one thing.`;
}

export function mappingOf(choices: ColumnChoices, fractions: boolean): ColumnMapping {
  const chosen = CURVE_COLUMNS.filter((column) => choices[column] !== '');
  return {
    columns: Object.fromEntries(chosen.map((column) => [column, choices[column]])),
    fractions,
  };
}
