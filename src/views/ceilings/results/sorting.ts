/** The order of the table of runs. */
import { isIdentified } from '../../../theory';
import type { CurveRun } from '../curve-run.svelte';
import { verdictOf, type CeilingVerdict } from '../ceiling-words';

export type SortColumn = 'run' | 'p_sft' | 'pl_rl' | 'a_post' | 'width' | 'c_mid' | 'b' | 'verdict';

/** `column` null: the order of the files. */
export interface Sorting {
  readonly column: SortColumn | null;
  readonly isDescending: boolean;
}

/** A column's first click sorts up, the second down, the third back to the order of the files. */
export function nextSorting({ column, isDescending }: Sorting, clicked: SortColumn): Sorting {
  if (column !== clicked) return { column: clicked, isDescending: false };
  return isDescending
    ? { column: null, isDescending: false }
    : { column: clicked, isDescending: true };
}

const VERDICTS: readonly CeilingVerdict[] = [
  'identified',
  'at least',
  'not identified',
  'no signal',
  'no fit',
  'fitting',
  'waiting',
  'cancelled',
];

/** null where a run has no such number, or none that is known. */
function numberOf(run: CurveRun, column: Exclude<SortColumn, 'run'>): number | null {
  const { ceiling } = run;
  if (column === 'verdict') return VERDICTS.indexOf(verdictOf(run));
  if (!ceiling) return null;
  const known = (value: number): number | null => (isIdentified(ceiling) ? value : null);
  switch (column) {
    case 'p_sft':
      return ceiling.pSft;
    case 'pl_rl':
      return known(ceiling.plRl);
    case 'a_post':
      return known(ceiling.aPost);
    case 'width':
      return ceiling.aPostHigh - ceiling.aPostLow;
    case 'c_mid':
      return known(ceiling.cMid);
    case 'b':
      return ceiling.b;
    default:
      return column satisfies never;
  }
}

/** Runs without a number come last, whichever way the others go; equal ones keep their order. */
export function sortRuns(
  runs: readonly CurveRun[],
  { column, isDescending }: Sorting,
): readonly CurveRun[] {
  if (column === null) return runs;
  const sign = isDescending ? -1 : 1;
  if (column === 'run') {
    return runs.toSorted((a, b) => sign * a.name.localeCompare(b.name, 'en', { numeric: true }));
  }
  const rows = runs.map((run) => ({ run, number: numberOf(run, column) }));
  rows.sort((a, b) => {
    if (a.number === null || b.number === null) {
      return Number(a.number === null) - Number(b.number === null);
    }
    return sign * (a.number - b.number);
  });
  return rows.map(({ run }) => run);
}
