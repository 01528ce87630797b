/** A summary in the words of the page. Performances are percent of the benchmark. */
import type { RunSummary } from '../../../training/run-state';
import { formatCount, formatDuration, formatFlops, formatPoints } from '../../format';

/** A term of the equation: what stands large, what stands below. */
export interface Term {
  readonly metric: 'p_sft' | 'pl_rl' | 'a_post';
  /** The plain number for scripts; null where there is none. */
  readonly value: number | null;
  /** What people read: never a bare number for a ceiling that is not identified. */
  readonly text: string;
  readonly note: string;
  readonly isKnown: boolean;
}

function interval(low: number, high: number): string {
  return `${formatPoints(low)}–${formatPoints(high)}`;
}

function plusMinus(standardError: number): string {
  return `±${standardError.toFixed(1)}`;
}

/** P_sft + PL_rl = A_post. */
export function equationTerms({ branch, ceiling }: RunSummary): [Term, Term, Term] {
  const pSft: Term = {
    metric: 'p_sft',
    value: branch.score,
    text: formatPoints(branch.score),
    note: `after SFT, ${plusMinus(branch.standardError)}`,
    isKnown: true,
  };
  if (!ceiling) {
    const unknown = { value: null, text: 'no fit', isKnown: false };
    return [
      pSft,
      { ...unknown, metric: 'pl_rl', note: 'what RL can add' },
      { ...unknown, metric: 'a_post', note: 'the ceiling' },
    ];
  }
  const { aPost, aPostLow, aPostHigh, plRl, identified } = ceiling;
  const gain = interval(aPostLow - branch.score, aPostHigh - branch.score);
  const top = interval(aPostLow, aPostHigh);
  if (!identified) {
    return [
      pSft,
      {
        metric: 'pl_rl',
        value: plRl,
        text: 'not identified',
        note: `90%: ${gain}`,
        isKnown: false,
      },
      {
        metric: 'a_post',
        value: aPost,
        text: 'not identified',
        note: `90%: ${top}`,
        isKnown: false,
      },
    ];
  }
  return [
    pSft,
    {
      metric: 'pl_rl',
      value: plRl,
      text: formatPoints(plRl),
      note: `what RL can add, 90%: ${gain}`,
      isKnown: true,
    },
    {
      metric: 'a_post',
      value: aPost,
      text: formatPoints(aPost),
      note: `the ceiling, 90%: ${top}`,
      isKnown: true,
    },
  ];
}

/** Why the ceiling is not known; null where it is. */
export function whyUnknown({ ceiling, noCeilingBecause }: RunSummary): string | null {
  return ceiling ? ceiling.notIdentifiedBecause : noCeilingBecause;
}

export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** What else a run found, as pairs for a list. */
export function summaryFacts(summary: RunSummary, seconds: number): Fact[] {
  const { base, branch, final, compute, switched, skippedSteps } = summary;
  const own = compute.sft + compute.rl;
  const samples = formatCount(final.problems * final.samplesPerProblem);
  const facts = [
    { name: 'Switch to RL', text: `SFT step ${switched.step}. ${switched.reason}` },
    {
      name: 'Compute',
      text: `${formatFlops(own)} (SFT ${formatFlops(compute.sft)}, RL ${formatFlops(compute.rl)}); with the base’s, ${formatFlops(own + compute.base)}`,
    },
    { name: 'Base model', text: `${formatPoints(base.score)}% right before any of it` },
    {
      name: 'Benchmark',
      text: `${formatCount(branch.problems)} problems, ${samples} samples; ${(100 * final.malformed).toFixed(1)}% of the last answers could not be read`,
    },
    { name: 'Training time', text: formatDuration(seconds) },
  ];
  if (skippedSteps > 0) {
    facts.push({
      name: 'Skipped RL steps',
      text: `${skippedSteps}: every group of attempts was all right or all wrong`,
    });
  }
  return facts;
}
