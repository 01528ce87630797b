/**
 * LUFFY (arXiv 2504.14945): an expert's trajectory joins each group of attempts. Advantages are taken
 * over the union, so a demonstration is worth most where the policy fails. An expert's token enters
 * through the shaped ratio f(r) = r / (r + γ), the paper's policy shaping, with r the policy's own
 * probability, the behaviour probability being taken as 1, and is not clipped; the policy's tokens are
 * clipped as ever. The paper uses γ = 0.1, one demonstration beside seven rollouts, no KL and an
 * entropy bonus.
 *
 * Where sources disagree: the paper divides the advantage by the group's standard deviation and clips
 * the policy's tokens, but the published script runs without division, without clipping, and divides
 * the sum over tokens by the longest length. Followed: the script for baseline and aggregation
 * (`dr-grpo`, `constant`), the paper for the clip; the script's entropy coefficient, 0.001.
 */
import * as v from 'valibot';
import { LossKind, type TokenBatch } from '../../engine/token-table';
import { positive } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { MIXED, type MethodEntry } from './entry';
import {
  objectiveOf,
  putClipped,
  putReference,
  rowsOfGroups,
  tableOfTokens,
  type Experience,
  type Method,
  type TokenPlace,
} from './experience';

/** −A·f(π) on an expert's tokens, −min(r·A, clip(r)·A) on the policy's own. */
export function luffyTable(
  experience: Experience,
  settings: GroupSettings,
  { gamma }: { gamma: number },
): TokenBatch {
  const { sequences, expertLengths, advantages } = experience;
  const objective = { ...objectiveOf(settings), shapingGamma: gamma };
  const put = (batch: TokenBatch, place: TokenPlace, weight: number): void => {
    const { cell, token, row } = place;
    const isExpert = token - row * sequences.completionLength < expertLengths[row]!;
    if (!isExpert) {
      putClipped(batch, experience, place, weight);
      return;
    }
    putReference(batch, experience, place);
    batch.kinds[cell] = LossKind.shaped;
    batch.weights[cell] = weight;
    batch.advantages[cell] = advantages[row]!;
    batch.oldLogProbs[cell] = 0; // probability 1
  };
  return tableOfTokens(experience, settings, put, objective);
}

function luffy(settings: GroupSettings, options: { gamma: number }): Method {
  return {
    composition: { rollouts: settings.groupSize - 1, hybrids: 0, demonstrations: 1 },
    comparesWithExpert: true,
    select: (gathered) => rowsOfGroups(gathered, settings),
    table: (experience) => luffyTable(experience, settings, options),
  };
}

const luffySettings = v.object({
  kind: v.literal('luffy'),
  /** Of the shaped ratio f(r) = r / (r + γ). */
  gamma: v.optional(positive, 0.1),
});

export const LUFFY: MethodEntry<v.InferOutput<typeof luffySettings>> = {
  kind: 'luffy',
  settings: luffySettings,
  needsDemonstrations: true,
  create: luffy,
  paradigms: [
    {
      name: 'luffy',
      title: 'LUFFY',
      description: 'A demonstration joins each group of attempts, by a shaped ratio.',
      source: 'arXiv 2504.14945',
      rl: MIXED,
    },
  ],
};
