/** A method that the lab does not have, in one file: what is right is imitated, whoever wrote it. */
import * as v from 'valibot';
import { LossKind } from '../../../src/engine/token-table';
import { forEachToken, newBatch, tokenWeights } from '../../../src/training/data/token-batches';
import type { MethodEntry } from '../../../src/training/methods';
import { MIXED } from '../../../src/training/methods/entry';
import { objectiveOf, rowsOfGroups } from '../../../src/training/methods/experience';

const toySettings = v.object({
  kind: v.literal('toy'),
  /** Factor of every token. */
  weight: v.optional(v.pipe(v.number(), v.gtValue(0)), 0.5),
});

export const TOY: MethodEntry<v.InferOutput<typeof toySettings>> = {
  kind: 'toy',
  settings: toySettings,
  needsDemonstrations: true,
  create: (rl, { weight }) => ({
    composition: { rollouts: rl.groupSize - 1, hybrids: 0, demonstrations: 1 },
    comparesWithExpert: true,
    select: (gathered) => rowsOfGroups(gathered, { ...rl, dropUniformGroups: false }),
    table: ({ sequences, rewards }) => {
      const batch = newBatch(sequences, objectiveOf(rl));
      const { completionLengths, completionLength } = sequences;
      const weights = tokenWeights(completionLengths, rl.aggregation, completionLength);
      forEachToken(sequences, (cell, _token, row) => {
        batch.kinds[cell] = LossKind.nll;
        batch.weights[cell] = rewards[row]! > 0 ? weight * weights[row]! : 0;
      });
      return batch;
    },
  }),
  paradigms: [
    {
      name: 'toy',
      title: 'Toy',
      description: 'What is right is imitated.',
      source: 'this test',
      rl: { ...MIXED, entropyCoefficient: 0 },
    },
  ],
};
