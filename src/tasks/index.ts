/** The tasks of the lab, each known by its entry: see CONTRIBUTING.md, "Adding a task". */
import { Registry } from '../registry';
import { ARITHMETIC } from './arithmetic';
import type { TaskEntry } from './entry';
import { GRID } from './grid';
import { OWN } from './own';
import type { Task, TaskSettings } from './task';

export const TASKS = new Registry<TaskEntry>('task', ({ kind }) => kind, [ARITHMETIC, GRID, OWN]);

/** The task of the settings; throws an error of `task` where they are outside its limits. */
export function createTask(settings: TaskSettings): Task {
  return TASKS.named(settings.kind).create(settings);
}

/** How many levels a task has, without making it. */
export function levelCount(settings: TaskSettings): number {
  return TASKS.named(settings.kind).levelCount(settings);
}

/** Share of right answers by chance, level by level; undefined where the task does not know it. */
export function levelChance(settings: TaskSettings): readonly number[] | undefined {
  return TASKS.named(settings.kind).chance?.(settings);
}

/** A prompt as the task's `promptLength` ids; throws where it is none of the task's. */
export function encodePrompt(task: Task, prompt: string): number[] {
  return task.padPrompt(task.tokenizer.encode(prompt));
}

export type { StepsIllustration } from './arithmetic/task';
export type { Fault, TaskEntry } from './entry';
export type { GridIllustration } from './grid/task';
export { FULL_GRID, SMALL_GRID } from './grid/presets';
export { answerReader, isSameAnswer, type AnswerRule } from './own/answer-rule';
export { LARGEST_CONTEXT, type OwnOptions, type OwnSettings } from './own/settings';
export { OwnSurvey } from './own/survey';
export { partOf } from './parts';
export type { BaseRecipe, LevelMix, SetRecipe, TaskPreset } from './preset';
export { FAULTLESS } from './task';
export type * from './task';
