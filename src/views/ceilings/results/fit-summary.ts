import { verdictOf, type CeilingVerdict } from '../ceiling-words';
import type { CurveRun } from '../curve-run.svelte';
import { counted } from '../../../words/en/counted';

/** What was found over all runs, in a sentence. */
export function summaryOf(runs: readonly CurveRun[]): string {
  const count = (verdict: CeilingVerdict): number =>
    runs.filter((run) => verdictOf(run) === verdict).length;
  const parts = (['identified', 'at least', 'not identified', 'no signal', 'cancelled'] as const)
    .map((verdict) => ({ verdict, number: count(verdict) }))
    .filter(({ number }) => number > 0)
    .map(({ verdict, number }) => `${number} ${verdict}`);
  const unfit = count('no fit');
  if (unfit > 0) parts.push(`${unfit} without a fit`);
  const all = counted(runs.length, 'run');
  return parts.length === 0 ? all : `${all}: ${parts.join(', ')}`;
}
