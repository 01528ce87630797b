import { formatPoints } from '../format';
import type { RunSession } from './run-session.svelte';
import { statusSentence } from './status';

/** What is worth saying aloud about a run; it changes only with status and stage. */
export function announcement({ status, detail, switched, summary }: RunSession): string {
  if (status === 'running') {
    return switched ? `RL has started. ${switched.reason}` : 'SFT is running.';
  }
  const sentence = statusSentence(status, detail);
  if (status !== 'finished' || !summary) return sentence;
  const [before, after] = [summary.branch, summary.final].map(({ score }) => formatPoints(score));
  return `${sentence} ${before} percent right after SFT, ${after} after RL.`;
}
