/**
 * Hybrid post-training, HPT or UPT (arXiv 2509.04419): each prompt chooses between RL and SFT by
 * how well the policy does on it. With P the share of right attempts and γ the gate,
 *
 *   L = α·L_RL + β·L_SFT,   α = 1, β = 0 where P > γ,   α = 0, β = 1 where P ≤ γ.
 *
 * The paper's gate is 0 for its stronger models (SFT only where every attempt fails) and 2/8 for its
 * weakest; eight attempts a prompt; L_RL is Dr. GRPO's, L_SFT the mean over the demonstration's tokens.
 *
 * Where sources disagree: the paper clips L_RL, the published script does not. Followed: the paper.
 */
import * as v from 'valibot';
import { LossKind, type TokenBatch } from '../../engine/token-table';
import { share } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { forEachToken, newBatch } from '../data/token-batches';
import { MIXED, type MethodEntry } from './entry';
import {
  isUnequal,
  objectiveOf,
  putClipped,
  putReference,
  type GatheredRows,
  type Experience,
  type Method,
} from './experience';

/** What an attempt weighs among the prompts of a minibatch: a prompt's attempts weigh 1 together. */
function promptShare(isDemonstration: boolean, groupSize: number): number {
  return isDemonstration ? 1 : 1 / groupSize;
}

/**
 * The mean over prompts of L_RL or L_SFT. A minibatch that holds a part of a prompt's attempts counts
 * that part of the prompt.
 */
export function hptTable(experience: Experience, settings: GroupSettings): TokenBatch {
  const { sequences, expertLengths } = experience;
  const { completionLengths, completionLength } = sequences;
  const batch = newBatch(sequences, objectiveOf(settings));
  const shares = Array.from(expertLengths, (length) => promptShare(length > 0, settings.groupSize));
  const prompts = shares.reduce((sum, share) => sum + share, 0);
  forEachToken(sequences, (cell, token, row) => {
    const share = shares[row]! / prompts;
    if (expertLengths[row] === 0) {
      putClipped(batch, experience, { cell, token, row }, share / completionLength);
      return;
    }
    putReference(batch, experience, { cell, token, row });
    batch.kinds[cell] = LossKind.nll;
    batch.weights[cell] = share / completionLengths[row]!;
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

function hpt(settings: GroupSettings, { gate }: { gate: number }): Method {
  const { groupSize, promptsPerStep: limit, dropUniformGroups: unequal } = settings;
  return {
    composition: { rollouts: groupSize, hybrids: 0, demonstrations: 1 },
    comparesWithExpert: false,
    select: (gathered) => hptRows(gathered, { gate, limit, unequal }),
    table: (experience) => hptTable(experience, settings),
  };
}

const hptSettings = v.object({
  kind: v.literal('hpt'),
  /** Share of right attempts up to which a prompt gets SFT. */
  gate: v.optional(share, 0),
});

export const HPT: MethodEntry<v.InferOutput<typeof hptSettings>> = {
  kind: 'hpt',
  settings: hptSettings,
  needsDemonstrations: true,
  create: hpt,
  paradigms: [
    {
      name: 'hpt',
      title: 'HPT',
      description: 'Each prompt gets SFT where all attempts fail, RL where one succeeds.',
      source: 'arXiv 2509.04419',
      rl: MIXED,
    },
  ],
};
