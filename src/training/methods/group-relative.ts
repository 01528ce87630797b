/**
 * RL on the policy's own attempts. One table, whose settings name the method:
 *
 * | | baseline | aggregation | clip low, high | drops uniform groups | KL |
 * |---|---|---|---|---|---|
 * | GRPO (arXiv 2402.03300 eq. 3) | `grpo` | `sequence` | 0.2, 0.2 | no | 0.04 |
 * | DAPO (arXiv 2503.14476 eq. 8) | `grpo` | `token` | 0.2, 0.28 | yes, and refills | 0 |
 * | Dr. GRPO (arXiv 2503.20783) | `dr-grpo` | `constant` | 0.2, 0.2 | no | 0 |
 * | RLOO (arXiv 2402.14740) | `rloo` | `constant` | idle | no | 0 |
 * | REINFORCE (Williams, 1992) | `reinforce` | `constant` | idle | no | 0 |
 *
 * Idle: these make one update a step, at which all ratios are 1.
 * The KL term is the k3 estimate of KL(policy ‖ reference) that GRPO adds to the loss (eq. 4).
 */
import type { TokenBatch } from '../../engine/token-table';
import type { RlSettings } from '../configuration/run-config';
import { forEachToken, newBatch, tokenWeights } from '../data/token-batches';
import {
  objectiveOf,
  putClipped,
  putReference,
  rowsOfGroups,
  type Experience,
  type Method,
} from './experience';

/** −min(r·A, clip(r)·A) on every response token. */
export function groupRelativeTable(experience: Experience, settings: RlSettings): TokenBatch {
  const { sequences } = experience;
  const { responseLengths, responseLength } = sequences;
  const batch = newBatch(sequences, objectiveOf(settings));
  const weights = tokenWeights(responseLengths, settings.aggregation, responseLength);
  forEachToken(sequences, (cell, token, row) => {
    putClipped(batch, experience, { cell, token, row }, weights[row]!);
    putReference(batch, experience, { cell, token, row });
  });
  return batch;
}

export function groupRelative(settings: RlSettings): Method {
  const { groupSize, promptsPerStep: limit, dropUniformGroups: unequal } = settings;
  return {
    composition: { rollouts: groupSize, hybrids: 0, demonstrations: 0 },
    comparesWithExpert: true,
    select: (gathered) => rowsOfGroups(gathered, { limit, unequal }),
    table: (experience) => groupRelativeTable(experience, settings),
  };
}
