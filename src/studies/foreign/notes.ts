import type { ReportedResults } from '../study-results';

/** What a reader of a foreign study should know though nothing is wrong. */
export function foreignNotes({ cells }: ReportedResults): string[] {
  if (cells.length > 1) return [];
  const [cell] = cells;
  const what = cell ? `1 cell, ${cell.id}` : 'no cell that could be read';
  return [
    `The study has ${what}; peaks and findings compare at least 2. Add curves of another set, branch point or paradigm.`,
  ];
}
