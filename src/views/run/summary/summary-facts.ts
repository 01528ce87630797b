/** A summary in the words of the page. Performances are percent of the benchmark. */
import { paradigmTitle } from '../../../training/configuration/paradigms';
import type { RunConfig } from '../../../training/configuration/run-config';
import type { PartialSummary, RunSummary } from '../../../training/run-state';
import { atLeastOf, isIdentified } from '../../../theory';
import {
  VERDICT_LEADS,
  VERDICT_WORDS,
  whyNotKnown,
} from '../../../words/en/reasons/ceiling-reasons';
import { rlEndSentence, stepWords, switchSentence } from '../../../words/en/reasons/run-reasons';
import { formatCount, formatDuration, formatFlops, formatPoints } from '../../format';
import { TROUBLE_WORDS } from '../status';
import { toDecimals } from '../../../rounding';
import { counted } from '../../../words/en/counted';

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
  return `±${toDecimals(standardError, 1)}`;
}

/** How many steps of each stage a run had. */
export function stagesOf({ switched, track, compute }: RunSummary): { sft: number; rl: number } {
  const last = track.at(-1);
  const rl = compute.rl > 0 && last?.stage === 'rl' ? last.step : 0;
  return { sft: switched.step, rl };
}

/** Such as "measured after 80 RL steps". */
export function measuredText(summary: RunSummary): string {
  const { sft, rl } = stagesOf(summary);
  return rl > 0
    ? `measured after ${count(rl, 'RL step')}`
    : `measured after ${count(sft, 'SFT step')}`;
}

/** What the last stage gained, in words. */
export function gainText(summary: RunSummary): string {
  const { sft, rl } = stagesOf(summary);
  const isOnSft = sft > 0 && rl > 0;
  const from = isOnSft ? summary.branch : summary.base;
  const gain = summary.final.score - from.score;
  return `${gain >= 0 ? '+' : ''}${formatPoints(gain)} on ${isOnSft ? 'what SFT gave' : 'the base'}`;
}

function count(n: number, what: string): string {
  return counted(n, what);
}

function withoutCeiling(text: string): [Term, Term] {
  const unknown = { value: null, text, isKnown: false };
  return [
    { ...unknown, metric: 'pl_rl', note: 'what RL can add' },
    { ...unknown, metric: 'a_post', note: 'the ceiling' },
  ];
}

/** P_sft + PL_rl = A_post. */
export function equationTerms(summary: RunSummary): [Term, Term, Term] {
  const { branch, ceiling } = summary;
  const { sft, rl } = stagesOf(summary);
  const pSft: Term = {
    metric: 'p_sft',
    value: branch.score,
    text: formatPoints(branch.score),
    note: `${sft > 0 ? 'after SFT' : 'the base, no SFT'}, ${plusMinus(branch.standardError)}`,
    isKnown: true,
  };
  if (rl === 0) return [pSft, ...withoutCeiling('no RL')];
  if (!ceiling) return [pSft, ...withoutCeiling('no fit')];
  const { aPost, aPostLow, aPostHigh, plRl } = ceiling;
  const gain = interval(aPostLow - branch.score, aPostHigh - branch.score);
  const top = interval(aPostLow, aPostHigh);
  if (!isIdentified(ceiling)) {
    const from = atLeastOf(ceiling);
    const term = (metric: Term['metric'], value: number, least: number, range: string): Term => ({
      metric,
      value,
      text: from ? `≥ ${formatPoints(least)}` : VERDICT_WORDS[ceiling.verdict.is],
      note: from ? 'known from below alone' : `90%: ${range}`,
      isKnown: false,
    });
    const least = from?.atLeast ?? aPost;
    return [
      pSft,
      term('pl_rl', plRl, least - branch.score, gain),
      term('a_post', aPost, least, top),
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

/** The verdict as a sentence that {@link whyUnknown} follows. */
export function verdictLead({ ceiling }: RunSummary): string {
  return VERDICT_LEADS[ceiling?.verdict.is ?? 'not-identified'];
}

/** Why the ceiling is not known; null where it is. */
export function whyUnknown(summary: RunSummary): string | null {
  const { ceiling, noCeilingBecause } = summary;
  if (stagesOf(summary).rl === 0) return 'The run has no RL, whose curve would show it.';
  return whyNotKnown(ceiling, noCeilingBecause);
}

export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** Scores at base, branch point and end as "20.1% → 40.2% → 60.3%". */
function course(scores: readonly number[]): string {
  return scores.map((score) => `${formatPoints(score)}%`).join(' → ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What lies beyond the distribution of the trajectories. */
function beyondFacts({ base, branch, final, heldOut, unseenLevels }: RunSummary): Fact[] {
  const facts: Fact[] = [];
  if (heldOut) {
    const same = mean(heldOut.levels.map((level) => final.perLevel[level]!));
    const scores = [heldOut.base, heldOut.branch, heldOut.final].map(({ score }) => score);
    facts.push({
      name: 'Held-out kind',
      text: `Problems with ${heldOut.description}, none of them trained on: ${course(scores)} at base, branch point and end. The benchmark’s own problems of these levels end at ${formatPoints(same)}%.`,
    });
  }
  if (unseenLevels.length > 0) {
    const scores = [base, branch, final].map(({ perLevel }) =>
      mean(unseenLevels.map((level) => perLevel[level]!)),
    );
    const names = unseenLevels.map((level) => `L${level + 1}`).join(', ');
    facts.push({
      name: 'Levels without trajectories',
      text: `${names}: ${course(scores)} at base, branch point and end`,
    });
  }
  return facts;
}

/** What the run went through, and what it left out. */
function troubleFacts({ instabilities, leftOut, skippedSteps }: PartialSummary): Fact[] {
  const facts = instabilities.map(({ kind, stage, step, steps }) => ({
    name: `${TROUBLE_WORDS[kind]} in ${stage.toUpperCase()}`,
    text: `${count(steps, 'step')}, the first at step ${step}`,
  }));
  if (leftOut > 0) {
    facts.push({
      name: 'Left out',
      text: `${formatCount(leftOut)} of the trajectories, whose prompt is measured on or held out`,
    });
  }
  if (skippedSteps > 0) {
    facts.push({
      name: 'Skipped RL steps',
      text: `${skippedSteps}: every group of attempts was all right or all wrong`,
    });
  }
  return facts;
}

function passText({ base, final }: RunSummary): string | null {
  const [first, last] = [base.passAtK.at(-1), final.passAtK.at(-1)];
  if (!first || !last) return null;
  return `${formatPoints(last.score)}% with a right one among ${last.k}, ${formatPoints(first.score)}% at the base`;
}

/** What a run that ended early had measured, as pairs for a list. */
export function partialFacts(summary: PartialSummary): Fact[] {
  const { base, branch, final, switched, track, compute, minValidationLoss } = summary;
  const last = track.at(-1);
  const scores = [base, ...(branch ? [branch] : []), final].map(({ score }) => score);
  const stages = branch
    ? 'at base, branch point and the last benchmark'
    : 'at base and the last benchmark';
  return [
    { name: 'Benchmark', text: `${course(scores)} ${stages}` },
    ...(last ? [{ name: 'Last benchmark', text: `at ${stepWords(last)}` }] : []),
    ...(switched
      ? [{ name: 'Switch to RL', text: `SFT step ${switched.step}. ${switchSentence(switched)}` }]
      : []),
    {
      name: 'Lowest validation loss',
      text: Number.isFinite(minValidationLoss)
        ? `${toDecimals(minValidationLoss, 3)} nats per token`
        : 'not measured',
    },
    { name: 'Compute', text: stageCompute(compute) },
    ...troubleFacts(summary),
  ];
}

/** Such as "9e10 FLOPs (SFT 3e10, RL 6e10); with the base’s, 15e10". */
function stageCompute({ base, sft, rl }: PartialSummary['compute']): string {
  const own = sft + rl;
  return `${formatFlops(own)} (SFT ${formatFlops(sft)}, RL ${formatFlops(rl)}); with the base’s, ${formatFlops(own + base)}`;
}

/** What else a run found, as pairs for a list. */
export function summaryFacts(
  summary: RunSummary,
  { config, seconds }: { readonly config: RunConfig; readonly seconds: number },
): Fact[] {
  const { base, branch, final, compute, switched, rlEnd } = summary;
  const samples = formatCount(final.problems * final.samplesPerProblem);
  const pass = passText(summary);
  return [
    { name: 'Paradigm', text: paradigmTitle(config) },
    { name: 'Switch to RL', text: `SFT step ${switched.step}. ${switchSentence(switched)}` },
    ...(rlEnd && compute.rl > 0 ? [{ name: 'End of RL', text: rlEndSentence(rlEnd) }] : []),
    { name: 'Compute', text: stageCompute(compute) },
    { name: 'Base model', text: `${formatPoints(base.score)}% right before any of it` },
    {
      name: 'Benchmark',
      text: `${counted(branch.problems, 'problem')}, ${samples} samples; ${toDecimals(100 * final.malformed, 1)}% of the last answers could not be read`,
    },
    ...(pass === null ? [] : [{ name: 'pass@k', text: pass }]),
    ...beyondFacts(summary),
    ...troubleFacts(summary),
    { name: 'Training time', text: formatDuration(seconds) },
  ];
}
