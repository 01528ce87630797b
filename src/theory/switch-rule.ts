/**
 * The paper's switch rule (arXiv 2512.11470): turn from SFT to RL when validation loss is stable or
 * just past its minimum. As advice while SFT runs, as an automatic policy, and after the fact.
 */
import * as v from 'valibot';
import { hypotenuse } from '../elementary';
import { LabError } from '../errors';
import { countOrZero, measured, told, type DataOf } from '../schema/pieces';
import type { Estimate } from './statistics';
import {
  advanceSubPhase,
  SUB_PHASES,
  type LossPoint,
  type SubPhase,
  type SubPhaseSettings,
  type SubPhaseState,
} from './sub-phases';

const adviceReason = v.variant('because', [
  /** So many evaluations, too few to see whether validation loss has settled. */
  v.object({ because: v.literal('too-few'), evaluations: countOrZero }),
  /** Validation loss has improved by this share over the last evaluations. */
  v.object({ because: v.literal('improving'), gain: measured, evaluations: countOrZero }),
  /** It has been within this share of its minimum for so many evaluations. */
  v.object({ because: v.literal('settled'), within: measured, evaluations: countOrZero }),
  /** It is this share above its minimum. */
  v.object({ because: v.literal('rising'), rise: measured }),
  /** It is more than the share `limit` above it. */
  v.object({ because: v.literal('overfit'), rise: measured, limit: measured }),
  told,
]);

/** What an advice rests on; `words/` has the sentences. */
export type AdviceReason = DataOf<typeof adviceReason>;

export const switchAdviceSchema = v.object({
  action: v.picklist(['wait', 'switch', 'late']),
  reason: adviceReason,
});

export interface SwitchAdvice extends DataOf<typeof switchAdviceSchema> {}

/** Whether to switch now, and why. */
export function switchAdvice(state: SubPhaseState, settings: SubPhaseSettings): SwitchAdvice {
  const { minima, evaluations, rise } = state;
  switch (state.phase) {
    case 'adaptation': {
      const { patience } = settings;
      if (minima.length <= patience) {
        return { action: 'wait', reason: { because: 'too-few', evaluations } };
      }
      const gain = minima[0]! / minima.at(-1)! - 1;
      return { action: 'wait', reason: { because: 'improving', gain, evaluations: patience } };
    }
    case 'stable': {
      const { stableWithin: within } = settings;
      const { evaluationsNearMinimum: evaluations } = state;
      return { action: 'switch', reason: { because: 'settled', within, evaluations } };
    }
    case 'mild':
      return { action: 'switch', reason: { because: 'rising', rise } };
    case 'severe':
      return { action: 'late', reason: { because: 'overfit', rise, limit: settings.severeFrom } };
    default:
      return state.phase satisfies never;
  }
}

/** The automatic policy: switch at the first evaluation in the wanted sub-phase or a later one. */
export interface SwitchPolicy {
  readonly phase: Exclude<SubPhase, 'adaptation'>;
}

export function policySwitches({ phase }: SwitchPolicy, state: SubPhaseState): boolean {
  return SUB_PHASES.indexOf(state.phase) >= SUB_PHASES.indexOf(phase);
}

/** When a policy would have switched. */
interface PolicyOutcome {
  readonly at: LossPoint;
  readonly state: SubPhaseState;
  readonly advice: SwitchAdvice;
  /** False where SFT ended first: `at` is then its last evaluation. */
  readonly triggered: boolean;
}

/** Replays a validation series as it came in; throws an error of `sub-phase` where it is empty. */
export function replayPolicy(
  series: readonly LossPoint[],
  policy: SwitchPolicy,
  settings: SubPhaseSettings,
): PolicyOutcome {
  let state: SubPhaseState | null = null;
  let last: LossPoint | null = null;
  for (const point of [...series].sort((a, b) => a.step - b.step)) {
    state = advanceSubPhase(state, point, settings);
    last = point;
    if (policySwitches(policy, state)) {
      return { at: point, state, advice: switchAdvice(state, settings), triggered: true };
    }
  }
  if (!state || !last) throw new LabError('sub-phase/no-evaluation');
  return { at: last, state, advice: switchAdvice(state, settings), triggered: false };
}

/** A branch point whose ceiling is known. */
interface BranchCeiling {
  readonly step: number;
  readonly aPost: Estimate;
}

/** What a switch cost against the best branch point. */
export interface SwitchRegret {
  readonly chosen: BranchCeiling;
  readonly best: BranchCeiling;
  /** Ceiling of the best minus ceiling of the chosen one, in points; 0 where they are the same. */
  readonly regret: Estimate;
}

/**
 * The regret of switching at `step`: judged at the branch point nearest to it. The interval takes
 * the two fits as independent; that the best was picked among several makes the regret an upper
 * estimate. Null without a branch point.
 */
export function switchRegret(
  branches: readonly BranchCeiling[],
  step: number,
): SwitchRegret | null {
  if (branches.length === 0) return null;
  const chosen = branches.reduce((near, branch) =>
    Math.abs(branch.step - step) < Math.abs(near.step - step) ? branch : near,
  );
  const best = branches.reduce((top, branch) =>
    branch.aPost.value > top.aPost.value ? branch : top,
  );
  const value = best.aPost.value - chosen.aPost.value;
  if (best === chosen) return { chosen, best, regret: { value: 0, low: 0, high: 0 } };
  const down = hypotenuse(
    best.aPost.value - best.aPost.low,
    chosen.aPost.high - chosen.aPost.value,
  );
  const up = hypotenuse(best.aPost.high - best.aPost.value, chosen.aPost.value - chosen.aPost.low);
  return { chosen, best, regret: { value, low: value - down, high: value + up } };
}
