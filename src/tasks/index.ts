/** The tasks of the lab, made from plain-JSON settings. */
import { ArithmeticTask, type ArithmeticSettings } from './arithmetic/task';
import { GridTask, type GridSettings } from './grid/task';
import { OwnTask, type OwnProblem } from './own/task';
import type { OwnSettings } from './own/settings';
import type { Task } from './task';

/** Settings of any task; `kind` tells which. */
export type TaskSettings = ArithmeticSettings | GridSettings | OwnSettings;

/**
 * The task of the settings; throws {@link TaskError} where they are outside its limits.
 * @param problems what a task of the user's own draws from; the others make their problems
 */
export function createTask(settings: TaskSettings, problems: readonly OwnProblem[] = []): Task {
  switch (settings.kind) {
    case 'arithmetic':
      return new ArithmeticTask(settings);
    case 'grid':
      return new GridTask(settings);
    case 'own':
      return new OwnTask(settings, problems);
    default:
      return settings satisfies never;
  }
}

/** How many levels a task has, without making it. */
export function levelCount(settings: TaskSettings): number {
  switch (settings.kind) {
    case 'arithmetic':
      return settings.operatorsPerLevel.length;
    case 'grid':
      return settings.longestPerLevel.length;
    case 'own':
      return settings.levels.length;
    default:
      return settings satisfies never;
  }
}

export type { AnswerRule } from './own/answer-rule';
export { ArithmeticTask, type ArithmeticSettings } from './arithmetic/task';
export { GridTask, type GridScene, type GridSettings } from './grid/task';
export { OwnTask, type OwnProblem } from './own/task';
export { OwnSurvey, type OwnOptions, type OwnSettings } from './own/settings';
export { partOf } from './parts';
export { FULL_GRID, SMALL_GRID } from './grid/settings';
export {
  TaskError,
  type ExpertSettings,
  type GivenFacts,
  type HeldOutVariant,
  type Part,
  type Problem,
  type Task,
  type Verification,
} from './task';
