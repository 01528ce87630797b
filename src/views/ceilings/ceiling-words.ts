/** A run's ceiling in the words of the page. A ceiling that is not identified is never a number. */
import { atLeastOf, isIdentified, type CeilingFit } from '../../theory';
import { formatAmount, formatFlops, formatPoints } from '../format';
import type { CurveRun } from './curve-run.svelte';
import { toDecimals } from '../../rounding';
import { failedSentence, VERDICT_WORDS } from '../../words/en/reasons/ceiling-reasons';
import { counted } from '../../words/en/counted';

export function intervalText(low: number, high: number): string {
  return `${formatPoints(low)} to ${formatPoints(high)}`;
}

/** Compute with its unit, where that is known to be FLOPs; otherwise in whatever the file counts. */
export function computeText({ unit }: CurveRun, compute: number): string {
  return unit === 'FLOPs' ? formatFlops(compute) : formatAmount(compute);
}

export function confidenceText(confidence: number): string {
  return `${Number((100 * confidence).toPrecision(4))}%`;
}

/** What is known about a run, in a word or two, with the icon that goes with it. */
export type CeilingVerdict =
  | 'identified'
  | 'at least'
  | 'not identified'
  | 'no signal'
  | 'no fit'
  | 'waiting'
  | 'fitting'
  | 'cancelled';

export function verdictOf({ stage, ceiling }: CurveRun): CeilingVerdict {
  switch (stage) {
    case 'fitted':
      return VERDICT_WORDS[ceiling?.verdict.is ?? 'not-identified'];
    case 'problem':
      return 'no fit';
    case 'waiting':
    case 'fitting':
    case 'cancelled':
      return stage;
    default:
      return stage satisfies never;
  }
}

/** A term of the equation. */
export interface Term {
  readonly metric: 'p_sft' | 'pl_rl' | 'a_post';
  /** The plain number for scripts. */
  readonly value: number;
  readonly text: string;
  readonly note: string;
  readonly isKnown: boolean;
}

/** P_sft + PL_rl = A_post. */
export function termsOf(ceiling: CeilingFit): readonly [Term, Term, Term] {
  const isKnown = isIdentified(ceiling);
  const from = atLeastOf(ceiling);
  const least = { pl_rl: from && from.atLeast - ceiling.pSft, a_post: from && from.atLeast };
  const textOf = (metric: Term['metric'], value: number): string => {
    if (metric === 'p_sft' || isKnown) return formatPoints(value);
    const bound = least[metric];
    return bound === null ? VERDICT_WORDS[ceiling.verdict.is] : `≥ ${formatPoints(bound)}`;
  };
  const term = (
    metric: Term['metric'],
    [value, low, high]: readonly [number, number, number],
  ): Term => ({
    metric,
    value,
    isKnown: metric === 'p_sft' || isKnown,
    text: textOf(metric, value),
    note: intervalText(low, high),
  });
  return [
    term('p_sft', [ceiling.pSft, ceiling.pSftLow, ceiling.pSftHigh]),
    term('pl_rl', [ceiling.plRl, ceiling.plRlLow, ceiling.plRlHigh]),
    term('a_post', [ceiling.aPost, ceiling.aPostLow, ceiling.aPostHigh]),
  ];
}

/** Shape and noise of the curve, as pairs for a list. */
export function shapeOf(run: CurveRun): readonly Fact[] {
  const { ceiling, lastCompute, overview } = run;
  if (!ceiling) return [];
  const evaluations = overview.curves.reduce((sum, curve) => sum + curve.evaluations, 0);
  const share = Math.round((100 * ceiling.cMid) / lastCompute);
  const facts = [
    { name: 'B', text: toDecimals(ceiling.b, 2), title: 'steepness of the curve' },
    {
      name: 'noise',
      text: `±${toDecimals(ceiling.residualStd, 1)}`,
      title: 'standard deviation of the evaluations around the curve, in points',
    },
    {
      name: ceiling.seeds > 1 ? `evaluations, ${counted(ceiling.seeds, 'seed')}` : 'evaluations',
      text: String(evaluations),
      title: 'evaluations after the switch',
    },
  ];
  if (!isIdentified(ceiling)) return facts;
  const mid = {
    name: 'C_mid',
    text: `${computeText(run, ceiling.cMid)}, ${share}% of the range`,
    title: 'compute at which half of the plasticity is used',
  };
  return [mid, ...facts];
}

export interface Fact {
  readonly name: string;
  readonly text: string;
  /** What the name stands for. */
  readonly title: string;
}

/** A sentence for each evaluation that failed. */
export function failureSentences(run: CurveRun): string[] {
  const { ceiling } = run;
  if (!ceiling) return [];
  return ceiling.failed.map((failure) => {
    const whose = ceiling.seeds > 1 ? ` of seed ${failure.curve + 1}` : '';
    return failedSentence(failure, computeText(run, failure.compute), whose);
  });
}

/** A sentence for each collapse that was cut off. */
export function collapseSentences(run: CurveRun): string[] {
  const { ceiling } = run;
  if (!ceiling) return [];
  return ceiling.collapses.map(({ curve, compute, best, after, dropped }) => {
    const who = ceiling.seeds > 1 ? `RL of seed ${curve + 1} collapsed` : 'RL collapsed';
    return `${who} after compute ${computeText(run, compute)}, from ${formatPoints(best)} to ${formatPoints(after)}; the last ${counted(dropped, 'evaluation')} left out.`;
  });
}
