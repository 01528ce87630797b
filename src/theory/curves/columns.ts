/** What the columns of a file of curves stand for. */

/** One evaluation of a curve; `n_problems` and `seed` are optional, and `run` where there is one. */
const EVALUATION_COLUMNS = ['run', 'compute', 'performance', 'n_problems', 'seed'] as const;

/** Where the benchmark is a mean over levels: which one a row is of, and its right answers. */
const LEVEL_COLUMNS = ['level', 'successes'] as const;

/** Where the curves are a study's: what tells its cells apart. */
const STUDY_COLUMNS = [
  'set',
  'set_size',
  'difficulty',
  'branch',
  'sft_compute',
  'min_val_loss',
  'paradigm',
] as const;
export type StudyColumn = (typeof STUDY_COLUMNS)[number];

export const CURVE_COLUMNS = [...EVALUATION_COLUMNS, ...LEVEL_COLUMNS, ...STUDY_COLUMNS] as const;
export type CurveColumn = (typeof CURVE_COLUMNS)[number];
export type ColumnNames = Readonly<Partial<Record<CurveColumn, string>>>;

/** The name in the file of what each column stands for. */
export type Names = Readonly<Record<CurveColumn, string>>;

export function isStudyColumn(column: CurveColumn): column is StudyColumn {
  return STUDY_COLUMNS.some((each) => each === column);
}

/** Whether any of the columns makes a study of a file, of its cells or of the levels of its benchmark. */
export function hasStudyColumns(columns: readonly string[], names: Names): boolean {
  return [...STUDY_COLUMNS, 'level' as const].some((column) => columns.includes(names[column]));
}

/** The columns of a file that have the lab's own names. */
export function ownColumns(columns: readonly string[]): ColumnNames {
  const own = CURVE_COLUMNS.filter((column) => columns.includes(column));
  const names: ColumnNames = Object.fromEntries(own.map((column) => [column, column]));
  // Where right answers are counted, their number of samples is no longer one of problems.
  const isOfSamples = columns.includes('samples') && !columns.includes('n_problems');
  const isCounted = columns.includes('successes') || columns.includes('level');
  return isOfSamples && isCounted ? { ...names, n_problems: 'samples' } : names;
}

/** The names of a file whose columns have other names than the lab's, as far as `given` says. */
export function namesOf(columns: readonly string[], given: ColumnNames): Names {
  const all = Object.fromEntries(CURVE_COLUMNS.map((column) => [column, column])) as Names;
  return { ...all, ...ownColumns(columns), ...given };
}
