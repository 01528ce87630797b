/** A stored run in the words of the list. */
import type { BenchmarkResult } from '../../../training/events';
import type { RunSummary } from '../../../training/run-state';
import { ceilingWord } from '../../../words/en/reasons/ceiling-reasons';
import { formatPoints } from '../../format';

export function scoreText(result: BenchmarkResult | undefined): string {
  return result ? formatPoints(result.score) : '';
}

/** The ceiling with its interval; in words where it is not identified. */
export function ceilingText(summary: RunSummary | null): string {
  if (!summary) return '';
  const { ceiling } = summary;
  if (!ceiling) return 'no fit';
  const interval = `${formatPoints(ceiling.aPostLow)}–${formatPoints(ceiling.aPostHigh)}`;
  const { is } = ceiling.verdict;
  const hasInterval = is === 'identified' || is === 'not-identified';
  return hasInterval ? `${ceilingWord(ceiling)} (${interval})` : ceilingWord(ceiling);
}
