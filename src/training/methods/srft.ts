/**
 * SRFT (arXiv 2506.19767): SFT and RL in one loss, balanced by the policy's entropy. With sg stopping
 * the gradient, H(y) the mean of the current policy's entropy over the tokens of y, A Dr. GRPO's
 * advantage over attempts and demonstration together, demonstrations y* and right and wrong attempts
 * y⁺ and y⁻, each micro-batch has the loss
 *
 *   0.5 · mean over the tokens of all y* of sg(exp(−H(y*))) · (−log π)
 *   + 1/L · Σ over all tokens of  −A · π / (π + γ)               of y*
 *                               − 0.1 · sg(exp(H(y⁺))) · log π    of y⁺
 *                               + log π                           of y⁻
 *
 * with L the longest completion and γ = 0.1, LUFFY's shaping. This is what the published code does:
 * `offline_loss_type == "srft"` in hpt/verl/verl/mix_src/mix_actor.py and
 * compute_token_on_off_policy_srft_loss (`srft_type: paper`) in mix_core_alg.py, with
 * exp_scripts/train_srft.sh, of TsinghuaC3I/Unify-Post-Training ae332f5.
 *
 * Where sources disagree: the paper has π·A for y*, without the shaping, and expectations where the code
 * has the sums above; the code is followed.
 */
import * as v from 'valibot';
import { exp } from '../../elementary';
import { LossKind, type TokenBatch } from '../../engine/token-table';
import { positive } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { forEachToken, meanWeights, newBatch, tokenWeights } from '../data/token-batches';
import { AS_IN_LUFFYS_CODE, type MethodEntry } from './entry';
import {
  objectiveOf,
  putShaped,
  putTerms,
  rowsOfGroups,
  rowWeights,
  selectExperience,
  type Experience,
  type Method,
} from './experience';

const srftSettings = v.object({
  kind: v.literal('srft'),
  /** Factor of exp(−H) on demonstrations. */
  demonstrationWeight: v.optional(positive, 0.5),
  /** Factor of exp(H) on right attempts. */
  positiveWeight: v.optional(positive, 0.1),
  /** γ of the shaped ratio on demonstrations. */
  gamma: v.optional(positive, 0.1),
});

type SrftSettings = v.InferOutput<typeof srftSettings>;

/** H of each row: the mean of its tokens' entropies. */
function rowEntropies({ sequences, entropies }: Experience): Float64Array {
  const { completionLengths } = sequences;
  const sums = new Float64Array(completionLengths.length);
  forEachToken(sequences, (_cell, token, row) => {
    sums[row]! += entropies![token]!;
  });
  return sums.map((sum, row) => sum / Math.max(1, completionLengths[row]!));
}

/** Weights of a mean over the tokens of demonstrations: of each micro-batch, or of all rows. */
function demonstrationWeights(
  { sequences, expertLengths }: Experience,
  { aggregation, microBatch }: GroupSettings,
): Float32Array {
  if (aggregation === 'micro-batch') return meanWeights(expertLengths, microBatch);
  const demonstrations = expertLengths.filter((length) => length > 0);
  const among = tokenWeights(demonstrations, aggregation, sequences.completionLength);
  let next = 0;
  return Float32Array.from(expertLengths, (length) => (length > 0 ? among[next++]! : 0));
}

/** The experience with each demonstration once more behind all rows. */
function withDemonstrationsTwice(experience: Experience): Experience {
  const { expertLengths } = experience;
  const rows = Array.from(expertLengths.keys());
  return selectExperience(experience, [...rows, ...rows.filter((row) => expertLengths[row]! > 0)]);
}

/**
 * A demonstration stands in two terms and a token has one kind, so its row is there twice: first
 * imitated, then, behind all other rows, reinforced. Its entropy and KL count the first time.
 */
export function srftTable(
  experience: Experience,
  settings: GroupSettings,
  { demonstrationWeight, positiveWeight, gamma }: Omit<SrftSettings, 'kind'>,
): TokenBatch {
  const rows = experience.expertLengths.length;
  const doubled = withDemonstrationsTwice(experience);
  const { sequences, expertLengths, rewards } = doubled;
  const batch = newBatch(
    sequences,
    { ...objectiveOf(settings), shapingGamma: gamma },
    settings.temperature,
  );
  const { loss, terms } = rowWeights(experience, settings);
  const imitated = demonstrationWeights(experience, settings);
  const entropies = rowEntropies(experience);
  const reinforced = loss.filter((_, row) => experience.expertLengths[row]! > 0);
  forEachToken(sequences, (cell, token, row) => {
    const place = { cell, token, row };
    if (row >= rows) {
      putShaped(batch, doubled, place, reinforced[row - rows]!);
      return;
    }
    putTerms(batch, doubled, place, terms[row]!);
    batch.kinds[cell] = LossKind.nll;
    if (expertLengths[row]! > 0) {
      batch.weights[cell] = imitated[row]! * demonstrationWeight * exp(-entropies[row]!);
    } else if (rewards[row]! > 0) {
      batch.weights[cell] = loss[row]! * positiveWeight * exp(entropies[row]!);
    } else {
      batch.weights[cell] = -loss[row]!;
    }
  });
  return batch;
}

function srft(settings: GroupSettings, options: SrftSettings): Method {
  return {
    composition: { rollouts: settings.groupSize - 1, hybrids: 0, demonstrations: 1 },
    comparesWithExpert: true,
    readsEntropies: true,
    select: (gathered) => rowsOfGroups(gathered, settings),
    table: (experience) => srftTable(experience, settings, options),
  };
}

export const SRFT: MethodEntry<SrftSettings> = {
  kind: 'srft',
  settings: srftSettings,
  needsDemonstrations: true,
  create: srft,
  paradigms: [
    {
      name: 'srft',
      title: 'SRFT',
      description: 'SFT and RL in one loss, weighed by the policy’s entropy, as in its code.',
      source: 'arXiv 2506.19767; TsinghuaC3I/Unify-Post-Training ae332f5',
      rl: AS_IN_LUFFYS_CODE,
    },
  ],
};
