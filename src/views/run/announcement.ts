import { formatPoints } from '../format';
import { switchSentence } from '../../words/en/reasons/run-reasons';
import type { RunSession } from './run-session.svelte';
import { statusSentence } from './status';
import { stagesOf } from './summary/summary-facts';

/** What is worth saying aloud about a run; it changes only with status and stage. */
export function announcement({ config, status, detail, switched, summary }: RunSession): string {
  if (status === 'running') {
    if (config.rl.steps === 0) return 'SFT is running.';
    return switched ? `RL has started. ${switchSentence(switched)}` : 'SFT is running.';
  }
  const sentence = statusSentence(status, detail);
  if (status !== 'finished' || !summary) return sentence;
  const [before, after] = [summary.branch, summary.final].map(({ score }) => formatPoints(score));
  const { sft, rl } = stagesOf(summary);
  const start =
    sft > 0 ? `${before} percent right after SFT` : `${before} percent right at the base`;
  return rl > 0 ? `${sentence} ${start}, ${after} after RL.` : `${sentence} ${start}.`;
}
