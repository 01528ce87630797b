/**
 * Prefix-RFT (arXiv 2507.01679): in each group one attempt continues the beginning of a
 * demonstration. The hybrid sequence is an attempt like the others: Dr. GRPO's advantage over the
 * group, the clipped ratio to the policy before the step on all its tokens. Of the prefix's tokens
 * only the share `topEntropy` with the highest entropy gets a gradient (20% in the paper), or they
 * would outweigh what the policy explores. The prefix has a share l of the demonstration's tokens, l
 * drawn evenly between a bound that falls on a cosine from 95% to 5% over the run and 95%.
 *
 * Where sources disagree: summaries of the paper say that the share itself falls; paper and code draw
 * it from the interval, which is followed. The code normalises advantages of prefix and continuation
 * apart when a prefix is continued more than once; here it is continued once, as in the paper's main
 * runs. "Highest" is taken within each prefix.
 */
import type { TokenBatch } from '../../engine/token-table';
import type { RlSettings } from '../configuration/run-config';
import { cosineBetween } from '../configuration/schedule';
import { forEachToken, newBatch, tokenWeights } from '../data/token-batches';
import {
  objectiveOf,
  putClipped,
  putReference,
  rowsOfGroups,
  type Experience,
  type Method,
  type RunPlace,
} from './experience';

/** Indices of the highest values: `share` of them, rounded up; the earlier one of equals. */
export function highest(values: Float32Array, share: number): Set<number> {
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  return new Set(order.slice(0, Math.ceil(share * values.length)));
}

/** Tokens of a demonstration that are given to the policy; one at least is left to write. */
export function prefixLength(
  demonstration: number,
  { from, to }: { from: number; to: number },
  { progress, random }: RunPlace,
): number {
  const low = cosineBetween(from, to, progress);
  const share = low + (from - low) * random.uniform();
  return Math.min(Math.floor(share * demonstration), demonstration - 1);
}

/** −min(r·A, clip(r)·A) on the policy's tokens and on the most uncertain of each prefix. */
export function prefixTable(
  experience: Experience,
  settings: RlSettings,
  { topEntropy }: { topEntropy: number },
): TokenBatch {
  const { sequences, expertLengths, entropies } = experience;
  const { responseLengths, responseLength } = sequences;
  const batch = newBatch(sequences, objectiveOf(settings));
  const weights = tokenWeights(responseLengths, settings.aggregation, responseLength);
  const learned = Array.from(expertLengths, (length, row) => {
    const start = row * responseLength;
    return highest(entropies.subarray(start, start + length), topEntropy);
  });
  forEachToken(sequences, (cell, token, row) => {
    const t = token - row * responseLength;
    if (t < expertLengths[row]! && !learned[row]!.has(t)) return;
    putClipped(batch, experience, { cell, token, row }, weights[row]!);
    putReference(batch, experience, { cell, token, row });
  });
  return batch;
}

export function prefixRft(
  settings: RlSettings,
  options: { from: number; to: number; topEntropy: number },
): Method {
  const { groupSize, promptsPerStep: limit, dropUniformGroups: unequal } = settings;
  return {
    composition: { rollouts: groupSize - 1, hybrids: 1, demonstrations: 0 },
    comparesWithExpert: true,
    prefixLength: (demonstration, where) => prefixLength(demonstration, options, where),
    select: (gathered) => rowsOfGroups(gathered, { limit, unequal }),
    table: (experience) => prefixTable(experience, settings, options),
  };
}
