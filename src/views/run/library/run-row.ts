/** A stored run in the words of the list. */
import type { BenchmarkResult } from '../../../training/events';
import type { RunSummary } from '../../../training/run-state';
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
  if (!ceiling.identified) return `not identified (${interval})`;
  return `${formatPoints(ceiling.aPost)} (${interval})`;
}
