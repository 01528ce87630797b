/**
 * Prefix-RFT (arXiv 2507.01679): in each group one attempt continues the beginning of a
 * demonstration. The hybrid sequence is an attempt like the others: Dr. GRPO's advantage over the
 * group, the clipped ratio to the policy before the step on all its tokens. Of the prefix's tokens
 * only the share `topEntropy` with the highest entropy gets a gradient (20% in the paper), or they
 * would outweigh what the policy explores. The prefix has a share l of the demonstration's tokens, l
 * drawn evenly between a bound that falls on a cosine from 95% to 5% over the run and 95%.
 *
 * "Highest" is among all prefix tokens of a micro-batch, by the entropy of the policy that is being
 * updated: the `entropy` reshaper in recipe/prefix_rft/dp_actor.py of ZeroYuHuang/prefix_rft 5f5d2a1. Its
 * configuration has mini-batches of 256 rows, 32 for each of 8 GPUs; the script's own is not published.
 * Tokens that are left out there still count in the entropy bonus.
 *
 * Where sources disagree: summaries of the paper say that the share itself falls; paper and code draw
 * it from the interval, which is followed. The code normalises advantages of prefix and continuation
 * apart when a prefix is continued more than once; here it is continued once, as in the paper's main
 * runs. The code's configuration has a token mean, the paper Dr. GRPO's sum (`dr_grpo` in core_algos.py):
 * the paper is followed. The code bounds a wrong attempt's loss at a ratio of 3 (dual clip), which the
 * few updates of a step do not reach here.
 */
import { LabError } from '../../errors';
import * as v from 'valibot';
import type { TokenBatch } from '../../engine/token-table';
import { share } from '../../schema/pieces';
import type { GroupSettings } from '../configuration/rl-settings';
import { cosineBetween } from '../configuration/schedule';
import { microBatches } from '../data/token-batches';
import { AS_IN_LUFFYS_CODE, PLAIN, type MethodEntry } from './entry';
import {
  putClipped,
  putNothing,
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

/** Indices of the prefix tokens that are learned from, in the experience's columns. */
function learnedTokens(
  { sequences, expertLengths, entropies }: Experience,
  { microBatch }: GroupSettings,
  topEntropy: number,
): Set<number> {
  const { completionLength } = sequences;
  const learned = new Set<number>();
  for (const { start, end } of microBatches(expertLengths.length, microBatch)) {
    const tokens = Array.from({ length: end - start }, (_, i) => start + i).flatMap((row) =>
      Array.from({ length: expertLengths[row]! }, (_, t) => row * completionLength + t),
    );
    const among = Float32Array.from(tokens, (token) => entropies![token]!);
    for (const i of highest(among, topEntropy)) learned.add(tokens[i]!);
  }
  return learned;
}

/** −min(r·A, clip(r)·A) on the policy's tokens and on the most uncertain of the prefixes. */
export function prefixTable(
  experience: Experience,
  settings: GroupSettings,
  { topEntropy }: { topEntropy: number },
): TokenBatch {
  const { expertLengths } = experience;
  const { completionLength } = experience.sequences;
  const learned = learnedTokens(experience, settings, topEntropy);
  return tableOfTokens(experience, settings, (batch, place, weight) => {
    const t = place.token - place.row * completionLength;
    const isLearned = t >= expertLengths[place.row]! || learned.has(place.token);
    if (isLearned) putClipped(batch, experience, place, weight);
    else putNothing(batch, place);
  });
}

function prefixRft(
  settings: GroupSettings,
  options: { from: number; to: number; topEntropy: number },
): Method {
  return {
    composition: { rollouts: settings.groupSize - 1, hybrids: 1, demonstrations: 0 },
    comparesWithExpert: true,
    readsEntropies: true,
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
      source: 'arXiv 2507.01679; ZeroYuHuang/prefix_rft 5f5d2a1',
      // This code clips.
      rl: { ...AS_IN_LUFFYS_CODE, ...PLAIN, microBatch: 32 },
    },
  ],
};
