/**
 * Hybrid post-training, HPT or UPT (arXiv 2509.04419): each prompt chooses between RL and SFT by
 * how well the policy does on it. With P the share of right attempts and γ the gate,
 *
 *   L = α·L_RL + β·L_SFT,   α = 1, β = 0 where P > γ,   α = 0, β = 1 where P ≤ γ.
 *
 * The paper's gate is 0 for its stronger models (SFT only where every attempt fails) and 2/8 for its
 * weakest; eight attempts a prompt; L_RL is Dr. GRPO's, L_SFT the mean over the demonstration's tokens.
 *
 * How the two are balanced over prompts the paper leaves open, and there are two balances here:
 *
 * - `prompts`, the lab's: every prompt counts the same, its L_RL being the mean over its attempts of the
 *   token sum divided by the longest length L. Tokens of the policy are clipped, as the paper has it.
 * - `code`: what the published code does. The loss of a micro-batch is the token sum of its attempts
 *   divided by L (8192 in the script), plus the mean over the tokens of its demonstrations, minus 0.001
 *   times the mean entropy of all its tokens; nothing is clipped. A token of a micro-batch's only
 *   demonstration of n tokens weighs L/n times a token of the policy's. `offline_loss_type == "sft"` in
 *   hpt/verl/verl/mix_src/mix_actor.py, compute_sft_pure_loss in mix_core_alg.py and exp_scripts/train.sh
 *   of TsinghuaC3I/Unify-Post-Training ae332f5.
 *
 * Two things of that script stay out of both: its learning rate, 5e-6, is five times LUFFY's, where the
 * lab gives all methods one rate and sweeps it; and updates with a gradient norm above 80 are skipped
 * there, which none here came near (docs/experiments.md).
 */
import * as v from 'valibot';
import { LossKind, type TokenBatch } from '../../engine/token-table';
import { share } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { forEachToken, meanWeights, newBatch } from '../data/token-batches';
import { AS_IN_LUFFYS_CODE, MIXED, type MethodEntry } from './entry';
import {
  isUnequal,
  objectiveOf,
  putClipped,
  putTerms,
  rowWeights,
  type GatheredRows,
  type Experience,
  type Method,
} from './experience';

const hptSettings = v.object({
  kind: v.literal('hpt'),
  /** Share of right attempts up to which a prompt gets SFT. */
  gate: v.optional(share, 0),
  /** How RL and SFT weigh beside each other: see above. */
  balance: v.optional(v.picklist(['prompts', 'code']), 'prompts'),
});

type HptSettings = v.InferOutput<typeof hptSettings>;

/** What an attempt weighs among the prompts of a minibatch: a prompt's attempts weigh 1 together. */
function promptShare(isDemonstration: boolean, groupSize: number): number {
  return isDemonstration ? 1 : 1 / groupSize;
}

/** Per row, what each of its tokens weighs in the loss, and in entropy bonus and KL penalty. */
type Weights = ReturnType<typeof rowWeights>;

/**
 * Weights of the mean over prompts of L_RL or L_SFT. A minibatch that holds a part of a prompt's attempts
 * counts that part of the prompt.
 */
function promptWeights({ sequences, expertLengths }: Experience, groupSize: number): Weights {
  const { completionLength } = sequences;
  const shares = Array.from(expertLengths, (length) => promptShare(length > 0, groupSize));
  const prompts = shares.reduce((sum, share) => sum + share, 0);
  const loss = Float32Array.from(
    shares,
    (share, row) => share / prompts / (expertLengths[row]! || completionLength),
  );
  return { loss, terms: loss };
}

/** Weights of the token sum of attempts beside the token mean of demonstrations, by micro-batches. */
function codeWeights(experience: Experience, settings: GroupSettings): Weights {
  const { expertLengths } = experience;
  const { loss, terms } = rowWeights(experience, settings);
  const imitated = meanWeights(expertLengths, settings.microBatch);
  return {
    loss: loss.map((weight, row) => (expertLengths[row]! > 0 ? imitated[row]! : weight)),
    terms,
  };
}

/** −log π on demonstrations, the clipped ratio on attempts. */
export function hptTable(
  experience: Experience,
  settings: GroupSettings,
  { balance }: Pick<HptSettings, 'balance'>,
): TokenBatch {
  const { sequences, expertLengths } = experience;
  const batch = newBatch(sequences, objectiveOf(settings), settings.temperature);
  const { loss, terms } =
    balance === 'code'
      ? codeWeights(experience, settings)
      : promptWeights(experience, settings.groupSize);
  forEachToken(sequences, (cell, token, row) => {
    const place = { cell, token, row };
    putTerms(batch, experience, place, terms[row]!);
    if (expertLengths[row] === 0) {
      putClipped(batch, experience, place, loss[row]!);
      return;
    }
    batch.kinds[cell] = LossKind.nll;
    batch.weights[cell] = loss[row]!;
  });
  return batch;
}

/** Attempts of prompts above the gate, demonstrations of the others; `limit` prompts at most. */
export function hptRows(
  { width, groups, correct }: GatheredRows,
  { gate, limit, unequal }: { gate: number; limit: number; unequal: boolean },
): number[] {
  const attempts = width - 1;
  const rows: number[] = [];
  for (let group = 0; group < Math.min(groups, limit); group++) {
    const start = group * width;
    const right = correct.subarray(start, start + attempts);
    const share = right.reduce((sum, value) => sum + value, 0) / attempts;
    if (share <= gate) rows.push(start + attempts);
    // Attempts that are all right have advantage 0.
    else if (!unequal || isUnequal(right)) for (let i = 0; i < attempts; i++) rows.push(start + i);
  }
  return rows;
}

function hpt(settings: GroupSettings, { gate, balance }: HptSettings): Method {
  const { groupSize, promptsPerStep: limit, dropUniformGroups: unequal } = settings;
  return {
    composition: { rollouts: groupSize, hybrids: 0, demonstrations: 1 },
    comparesWithExpert: false,
    select: (gathered) => hptRows(gathered, { gate, limit, unequal }),
    table: (experience) => hptTable(experience, settings, { balance }),
  };
}

const SOURCE = 'arXiv 2509.04419';

export const HPT: MethodEntry<HptSettings> = {
  kind: 'hpt',
  settings: hptSettings,
  needsDemonstrations: true,
  create: hpt,
  paradigms: [
    {
      name: 'hpt',
      title: 'HPT',
      description:
        'Each prompt gets SFT where all attempts fail, RL where one succeeds; each counts the same.',
      source: `${SOURCE}; balanced by the lab`,
      rl: MIXED,
    },
    {
      name: 'hpt-code',
      title: 'HPT, as in its code',
      description:
        'As HPT, but a token sum over attempts beside a token mean over demonstrations, unclipped.',
      source: `${SOURCE}; TsinghuaC3I/Unify-Post-Training ae332f5`,
      rl: AS_IN_LUFFYS_CODE,
      method: { balance: 'code' },
    },
  ],
};
