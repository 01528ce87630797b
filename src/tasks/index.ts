/** The tasks of the lab, made from plain-JSON settings. */
import { ArithmeticTask, type ArithmeticSettings } from './arithmetic';
import type { Task } from './task';

/** Settings of any task; `kind` tells which. */
export type TaskSettings = ArithmeticSettings;

export function createTask(settings: TaskSettings): Task {
  return new ArithmeticTask(settings);
}

export type { ArithmeticSettings } from './arithmetic';
export { PART_SHARES, partOf } from './parts';
export {
  TaskError,
  type ExpertSettings,
  type Part,
  type Problem,
  type Task,
  type Verdict,
} from './task';
