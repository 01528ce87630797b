/** Schemas of what a task is made from, for settings that come from outside. */
import * as v from 'valibot';
import { share } from '../schema/pieces';
import { TASKS, type TaskSettings } from '.';
import type { ExpertSettings } from './task';

/** Settings of any registered task. The task itself knows its limits, and checks them when it is made. */
export const taskSettings = v.lazy(() => {
  const known = TASKS.all().map(({ settings }) => settings) as v.VariantOptions<'kind'>;
  return v.variant('kind', known) as v.GenericSchema<unknown, TaskSettings>;
});

export const expertSettings = v.object({
  skip: share,
  error: share,
  answerOnly: share,
  wander: v.optional(share),
  wrong: v.optional(share),
  verbose: v.optional(share),
}) satisfies v.GenericSchema<unknown, ExpertSettings>;
