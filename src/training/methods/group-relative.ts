/**
 * RL on the policy's own attempts. One table, whose settings name the method:
 *
 * | | baseline | aggregation | clip low, high | drops uniform groups | KL |
 * |---|---|---|---|---|---|
 * | GRPO (arXiv 2402.03300 eq. 3) | `grpo` | `sequence` | 0.2, 0.2 | no | 0.04; 0 as a rival |
 * | DAPO (arXiv 2503.14476 eq. 8) | `grpo` | `token` | 0.2, 0.28 | yes, and refills | 0 |
 * | Dr. GRPO (arXiv 2503.20783) | `dr-grpo` | `constant` | 0.2, 0.2 | no | 0 |
 * | RLOO (arXiv 2402.14740) | `rloo` | `constant` | idle | no | 0 |
 * | REINFORCE (Williams, 1992) | `reinforce` | `constant` | idle | no | 0 |
 *
 * Idle: these make one update per step, at which all ratios are 1.
 * The KL term is the k3 estimate of KL(policy ‖ reference) that GRPO adds to the loss (eq. 4). As a rival
 * GRPO has none, since LUFFY's on-policy baseline and TRL's default (beta 0.0 in
 * trl/trainer/grpo_config.py, huggingface/trl f2cd577) have none. DAPO's penalty on long responses (eq.
 * 13) is off where it is a rival, as in the paper's own RL: rival and sequence share one RL.
 */
import * as v from 'valibot';
import type { TokenBatch } from '../../engine/token-table';
import type { GroupSettings } from '../configuration/rl-settings';
import { PLAIN, type MethodEntry } from './entry';
import {
  putClipped,
  rowsOfGroups,
  tableOfTokens,
  type Experience,
  type Method,
} from './experience';

/** −min(r·A, clip(r)·A) on every completion token. */
export function groupRelativeTable(experience: Experience, settings: GroupSettings): TokenBatch {
  return tableOfTokens(experience, settings, (batch, place, weight) =>
    putClipped(batch, experience, place, weight),
  );
}

function groupRelative(settings: GroupSettings): Method {
  return {
    composition: { rollouts: settings.groupSize, hybrids: 0, demonstrations: 0 },
    comparesWithExpert: true,
    select: (gathered) => rowsOfGroups(gathered, settings),
    table: (experience) => groupRelativeTable(experience, settings),
  };
}

/** One update per step: its ratios are 1, so that no clip is at work. */
const ON_POLICY = { ...PLAIN, minibatches: 1, aggregation: 'constant' } as const;

const groupRelativeSettings = v.object({ kind: v.literal('group-relative') });

export const GROUP_RELATIVE: MethodEntry<v.InferOutput<typeof groupRelativeSettings>> = {
  kind: 'group-relative',
  settings: groupRelativeSettings,
  needsDemonstrations: false,
  create: groupRelative,
  paradigms: [
    {
      name: 'dapo',
      title: 'RL only (DAPO)',
      description: 'RL from the base: clip-higher, token-level loss, refilled groups.',
      source: 'arXiv 2503.14476, without the penalty on long responses, as in arXiv 2512.11470',
      // The RL of the sequence, to the last setting.
      rl: {},
    },
    {
      name: 'grpo',
      title: 'RL only (GRPO)',
      description: 'RL from the base: sequence-level loss, symmetric clip, no KL.',
      source: 'arXiv 2402.03300; without KL, as the baseline of arXiv 2504.14945',
      rl: { ...PLAIN, aggregation: 'sequence' },
    },
    {
      name: 'rloo',
      title: 'RL only (RLOO)',
      description: 'RL from the base: the mean reward of the other attempts as baseline.',
      source: 'arXiv 2402.14740',
      rl: { ...ON_POLICY, baseline: 'rloo' },
    },
    {
      name: 'reinforce',
      title: 'RL only (REINFORCE)',
      description: 'RL from the base: the bare reward, no baseline.',
      source: 'Williams, 1992',
      rl: { ...ON_POLICY, baseline: 'reinforce' },
    },
  ],
};
