/** Whether a model has room for the texts of a task: setting one by itself parts them. */
import { LabError } from '../../errors';
import type { ModelConfig } from '../../model/config';
import { createTask, type Task, type TaskSettings } from '../../tasks';

/** Tokens that a task needs of its model: in the vocabulary, and in the longest row. */
export function tokensOf({ tokenizer, promptLength, completionLength }: Task) {
  return {
    vocabSize: tokenizer.vocabulary.length,
    contextLength: promptLength + completionLength,
  };
}

/** Throws `config/model` where the task's texts do not fit the model, with what would. */
export function checkModel({ task, model }: { task: TaskSettings; model: ModelConfig }): void {
  requireFitting(createTask(task), model);
}

/** {@link checkModel} of a task that is made. */
export function requireFitting(task: Task, model: ModelConfig): void {
  const needs = tokensOf(task);
  if (model.vocabSize === needs.vocabSize && model.contextLength >= needs.contextLength) return;
  const { vocabSize, contextLength } = model;
  throw new LabError('config/model', { needs, has: { vocabSize, contextLength } });
}
