/** Runs on a set of the library in place of one that they make themselves. */
import { createTask, FAULTLESS, type TaskSettings } from '../../tasks';
import { UNTRAINED_BASE, type RunConfig } from '../configuration/run-config';

/** A stored set as a run names it. */
export interface LibrarySet {
  readonly id: string;
  readonly digest: string;
  readonly name: string;
  readonly size: number;
  readonly perLevel: readonly number[];
  readonly task: TaskSettings;
}

/** Whether two settings describe one task. */
export function isSameTask(a: TaskSettings, b: TaskSettings): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The configuration with the set's trajectories. For a set of another task than the configuration's
 * it keeps the settings of the training alone: the model then has that task's vocabulary and context,
 * and starts untrained, since the base knows another task.
 */
export function withLibrarySet(config: RunConfig, set: LibrarySet): RunConfig {
  const { id, digest, name, size, perLevel, task } = set;
  // Of another kind than the preset's, an expert knows no other faults.
  const isOfOneKind = config.task.kind === task.kind;
  const expert = isOfOneKind ? config.trajectories.expert : FAULTLESS;
  const chosen: RunConfig = {
    ...config,
    trajectories: { name, size, levels: perLevel, expert },
    librarySet: { id, digest },
  };
  if (isSameTask(config.task, task)) return chosen;
  const { tokenizer, promptLength, completionLength } = createTask(task);
  return {
    ...chosen,
    task,
    base: UNTRAINED_BASE,
    model: {
      ...config.model,
      vocabSize: tokenizer.vocabulary.length,
      contextLength: promptLength + completionLength,
    },
    evaluation: {
      ...config.evaluation,
      heldOutPerLevel: 0,
      validationExpert: isOfOneKind ? config.evaluation.validationExpert : expert,
    },
  };
}

/** The set that a configuration names; null where it makes its own. */
export function librarySetOf(config: RunConfig): LibrarySet | null {
  const { librarySet, trajectories, task } = config;
  if (!librarySet) return null;
  const { name, size, levels } = trajectories;
  return { ...librarySet, name, size, perLevel: levels === 'balanced' ? [] : levels, task };
}
