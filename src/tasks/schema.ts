/** Schemas of what a task is made from, for settings that come from outside. */
import * as v from 'valibot';
import { TASKS, type TaskSettings } from '.';

/** Settings of any registered task. The task itself knows its limits, and checks them when it is made. */
export const taskSettings = v.lazy(() => {
  const known = TASKS.all().map(({ settings }) => settings) as v.VariantOptions<'kind'>;
  return v.variant('kind', known) as v.GenericSchema<unknown, TaskSettings>;
});
