/** The drills' one table. */
import type { Tally } from './drill';

export interface Row {
  readonly title: string;
  readonly tally: Tally;
}

const HEADER = ['Drill', 'Tries', 'Lost', 'Hung', 'Uncaught', 'Ended by a guard', 'Worst memory'];

/** As Markdown; the last row is the sum. */
export function tableOf(rows: readonly Row[]): string {
  const sum = (of: (tally: Tally) => number): number =>
    rows.reduce((total, { tally }) => total + of(tally), 0);
  const cells = rows.map(({ title, tally }) => [
    title,
    ...[tally.tries, tally.lost, tally.hung, tally.uncaught, tally.guarded].map(counted),
    tally.memory === null ? '–' : `${Math.round(tally.memory / 1e6)} MB`,
  ]);
  const total = [
    'all',
    ...[
      sum(({ tries }) => tries),
      sum(({ lost }) => lost),
      sum(({ hung }) => hung),
      sum(({ uncaught }) => uncaught),
      sum(({ guarded }) => guarded),
    ].map(counted),
    '',
  ];
  const lines = [HEADER, HEADER.map((_, i) => (i === 0 ? '---' : '---:')), ...cells, total];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function counted(count: number): string {
  return count.toLocaleString('en');
}
