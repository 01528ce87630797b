/**
 * SRFT (arXiv 2506.19767): SFT and RL in one loss, balanced by the policy's entropy H. With sg
 * stopping the gradient, demonstrations y* and the policy's right and wrong attempts y⁺ and y⁻,
 *
 *   L = E[ 0.5·sg(exp(−H))·(−log π(y*)) ]  −  E[ π(y*)·A ]
 *     + E[ 0.1·sg(exp(H))·(−log π(y⁺)) ]   +  E[ log π(y⁻) ]
 *
 * The second term is off-policy RL as in LUFFY: advantages over attempts and demonstration together,
 * behaviour probability 1, no clip. The last two are the gradient of rewards +1 and −1.
 *
 * Where sources disagree: the published code weighs the first term by exp(+H), against the paper's
 * argument that imitation should fade where the policy is unsure; the paper is followed. It writes
 * H(π) for the policy, the code takes the entropy of each token; the code is followed. As in its
 * script, advantages are not divided by the standard deviation.
 */
import * as v from 'valibot';
import { exp } from '../../elementary';
import { LossKind, type TokenBatch } from '../../engine/token-table';
import { positive } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { forEachToken, newBatch, tokenWeights, type Aggregation } from '../data/token-batches';
import { MIXED, type MethodEntry } from './entry';
import {
  objectiveOf,
  putReference,
  rowsOfGroups,
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
});

type SrftSettings = v.InferOutput<typeof srftSettings>;

/** Weights of the rows that `isMember` names, averaged over these alone; 0 for the others. */
function weightsAmong(
  experience: Experience,
  isMember: (row: number) => boolean,
  aggregation: Aggregation,
): Float32Array {
  const { completionLengths, completionLength } = experience.sequences;
  const members = Array.from(completionLengths.keys()).filter(isMember);
  const among = tokenWeights(
    members.map((row) => completionLengths[row]!),
    aggregation,
    completionLength,
  );
  const weights = new Float32Array(completionLengths.length);
  members.forEach((row, i) => {
    weights[row] = among[i]!;
  });
  return weights;
}

/**
 * A demonstration stands in two terms and a token has one kind, so its row is there twice: first
 * imitated, then, behind all other rows, reinforced.
 */
export function srftTable(
  experience: Experience,
  settings: GroupSettings,
  { demonstrationWeight, positiveWeight }: Omit<SrftSettings, 'kind'>,
): TokenBatch {
  const rows = experience.expertLengths.length;
  const demonstrations = Array.from(experience.expertLengths.keys()).filter(
    (row) => experience.expertLengths[row]! > 0,
  );
  const doubled = selectExperience(experience, [
    ...Array.from({ length: rows }, (_, i) => i),
    ...demonstrations,
  ]);
  const { sequences, expertLengths, advantages, entropies, rewards } = doubled;
  // The only ratios are probabilities: bounds of 0 and 2 leave them plain.
  const batch = newBatch(sequences, { ...objectiveOf(settings), clipLow: 1, clipHigh: 1 });
  const { aggregation } = settings;
  const imitated = weightsAmong(
    doubled,
    (row) => row < rows && expertLengths[row]! > 0,
    aggregation,
  );
  const reinforced = weightsAmong(doubled, (row) => row >= rows, aggregation);
  const attempted = weightsAmong(doubled, (row) => expertLengths[row] === 0, aggregation);
  forEachToken(sequences, (cell, token, row) => {
    putReference(batch, doubled, { cell, token, row });
    if (row >= rows) {
      batch.kinds[cell] = LossKind.clipped;
      batch.weights[cell] = reinforced[row]!;
      batch.advantages[cell] = advantages[row]!;
      batch.oldLogProbs[cell] = 0; // probability 1
      return;
    }
    const entropy = entropies[token]!;
    batch.kinds[cell] = LossKind.nll;
    if (expertLengths[row]! > 0) {
      batch.weights[cell] = imitated[row]! * demonstrationWeight * exp(-entropy);
    } else if (rewards[row]! > 0) {
      batch.weights[cell] = attempted[row]! * positiveWeight * exp(entropy);
    } else {
      batch.weights[cell] = -attempted[row]!;
    }
  });
  return batch;
}

function srft(settings: GroupSettings, options: SrftSettings): Method {
  return {
    composition: { rollouts: settings.groupSize - 1, hybrids: 0, demonstrations: 1 },
    comparesWithExpert: true,
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
      description: 'SFT and RL in one loss, weighed by the policy’s entropy.',
      source: 'arXiv 2506.19767',
      rl: MIXED,
    },
  ],
};
