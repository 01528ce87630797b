/** Schemas of what a task is made from, for settings that come from outside. */
import * as v from 'valibot';
import type { TaskSettings } from '.';
import type { ExpertSettings } from './task';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const share = v.pipe(
  v.number(),
  v.check((value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
);

/** The task itself knows its limits, and checks them when it is made. */
export const taskSettings = v.variant('kind', [
  v.object({
    kind: v.literal('arithmetic'),
    modulus: v.pipe(v.number(), v.integer(), v.minValue(3), v.maxValue(10)),
    operatorWeights: v.pipe(v.tuple([v.number(), v.number(), v.number()]), v.readonly()),
    operatorsPerLevel: v.pipe(v.array(count), v.minLength(1), v.readonly()),
  }),
  v.object({
    kind: v.literal('grid'),
    side: count,
    walls: v.pipe(v.number(), v.integer(), v.minValue(0)),
    longestPerLevel: v.pipe(v.array(count), v.minLength(1), v.readonly()),
    responseLength: count,
  }),
  v.object({
    kind: v.literal('own'),
    name: v.string(),
    characters: v.string(),
    promptLength: count,
    responseLength: count,
    levels: v.pipe(v.array(v.string()), v.minLength(1), v.readonly()),
    answer: v.variant('by', [
      v.object({ by: v.literal('marker'), marker: v.string() }),
      v.object({ by: v.literal('pattern'), pattern: v.string() }),
    ]),
    promptEnd: v.nullable(v.string()),
  }),
]) satisfies v.GenericSchema<unknown, TaskSettings>;

export const expertSettings = v.object({
  skip: share,
  error: share,
  answerOnly: share,
  wander: v.optional(share),
  wrong: v.optional(share),
  verbose: v.optional(share),
}) satisfies v.GenericSchema<unknown, ExpertSettings>;
