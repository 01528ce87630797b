/**
 * LUFFY (arXiv 2504.14945): an expert's trajectory joins each group of attempts. Advantages are taken
 * over the union, so a demonstration is worth most where the policy fails. An expert's token enters
 * through the shaped ratio f(r) = r / (r + γ), the paper's policy shaping, with r the policy's own
 * probability, the behaviour probability being taken as 1, and is not clipped; the policy's tokens are
 * clipped as ever. The paper uses γ = 0.1, one demonstration beside seven rollouts, no KL and an
 * entropy bonus.
 *
 * Where sources disagree: the paper divides the advantage by the group's standard deviation, clips the
 * policy's tokens and averages over all tokens. The published script does neither, and divides the
 * sum over a micro-batch's tokens by the longest length, beside an entropy bonus that is a mean over these
 * tokens. The script is followed: compute_token_on_off_policy_loss in
 * luffy/verl/verl/mix_src/mix_core_alg.py, mix_actor.py beside it, and exp_scripts/train.sh of
 * ElliottYan/LUFFY 01f4ae0.
 */
import * as v from 'valibot';
import type { TokenBatch } from '../../engine/token-table';
import { positive } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { AS_IN_LUFFYS_CODE, type MethodEntry } from './entry';
import {
  objectiveOf,
  putClipped,
  putShaped,
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
  const { sequences, expertLengths } = experience;
  const objective = { ...objectiveOf(settings), shapingGamma: gamma };
  const put = (batch: TokenBatch, place: TokenPlace, weight: number): void => {
    const { token, row } = place;
    const isExpert = token - row * sequences.completionLength < expertLengths[row]!;
    const putToken = isExpert ? putShaped : putClipped;
    putToken(batch, experience, place, weight);
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
      source: 'arXiv 2504.14945; ElliottYan/LUFFY 01f4ae0',
      rl: AS_IN_LUFFYS_CODE,
    },
  ],
};
