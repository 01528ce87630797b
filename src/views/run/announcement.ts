import { counted } from '../../words/en/counted';
import { formatPoints } from '../format';
import { switchSentence } from '../../words/en/reasons/run-reasons';
import type { RunSession } from './run-session.svelte';
import { STATUS_LOOKS, statusSentence } from './status';
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

/** What anyone sees of a run from the back of a room, in at most fifteen words. */
export function plainSentence({
  status,
  summary,
  switched,
  version,
  measurements,
}: RunSession): string {
  void version;
  const { benchmark, rl, loss } = measurements;
  if (summary) {
    const [before, after] = [summary.branch, summary.final].map(({ score }) => formatPoints(score));
    if (stagesOf(summary).rl === 0) return `Imitating an expert brought it to ${before}% right.`;
    return `Imitating an expert brought it to ${before}% right, its own attempts to ${after}%.`;
  }
  if (status !== 'running' && status !== 'paused') {
    return `The run: ${STATUS_LOOKS[status].word.toLowerCase()}.`;
  }
  const score = benchmark.lastValue('score');
  if (score === null) return 'The model is about to learn.';
  const steps = switched ? rl : loss;
  const done = steps.length > 0 ? steps.positionAt(steps.length - 1).step : 0;
  const doing = switched ? 'It learns from its own attempts' : 'It imitates an expert';
  return `${doing}: ${formatPoints(score)}% right after ${counted(done, 'step')}.`;
}
