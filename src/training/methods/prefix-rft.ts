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
import { LabError } from '../../errors';
import * as v from 'valibot';
import type { TokenBatch } from '../../engine/token-table';
import { share } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { cosineBetween } from '../configuration/schedule';
import { MIXED, type MethodEntry } from './entry';
import {
  putClipped,
  rowsOfGroups,
  tableOfTokens,
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
  settings: GroupSettings,
  { topEntropy }: { topEntropy: number },
): TokenBatch {
  const { expertLengths, entropies } = experience;
  const { completionLength } = experience.sequences;
  const learned = Array.from(expertLengths, (length, row) => {
    const start = row * completionLength;
    return highest(entropies.subarray(start, start + length), topEntropy);
  });
  return tableOfTokens(experience, settings, (batch, place, weight) => {
    const t = place.token - place.row * completionLength;
    if (t < expertLengths[place.row]! && !learned[place.row]!.has(t)) return;
    putClipped(batch, experience, place, weight);
  });
}

function prefixRft(
  settings: GroupSettings,
  options: { from: number; to: number; topEntropy: number },
): Method {
  return {
    composition: { rollouts: settings.groupSize - 1, hybrids: 1, demonstrations: 0 },
    comparesWithExpert: true,
    prefixLength: (demonstration, where) => prefixLength(demonstration, options, where),
    select: (gathered) => rowsOfGroups(gathered, settings),
    table: (experience) => prefixTable(experience, settings, options),
  };
}

const prefixRftSettings = v.object({
  kind: v.literal('prefix-rft'),
  /** The share of a demonstration that is given is drawn up to `from`, from a bound that falls to `to`. */
  from: v.optional(share, 0.95),
  to: v.optional(share, 0.05),
  /** Share of the given tokens, the most uncertain ones, that are learned from. */
  topEntropy: v.optional(share, 0.2),
});

export const PREFIX_RFT: MethodEntry<v.InferOutput<typeof prefixRftSettings>> = {
  kind: 'prefix-rft',
  settings: prefixRftSettings,
  check({ from, to }) {
    if (to > from) throw new LabError('config/prefix-share', { from, to });
  },
  needsDemonstrations: true,
  create: prefixRft,
  paradigms: [
    {
      name: 'prefix-rft',
      title: 'Prefix-RFT',
      description: 'One attempt of each group continues the beginning of a demonstration.',
      source: 'arXiv 2507.01679',
      rl: MIXED,
    },
  ],
};
