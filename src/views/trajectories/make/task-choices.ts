/** The tasks from which sets can be made, with the recipes' sets of each. */
import { createTask, FULL_GRID, type TaskSettings } from '../../../tasks';
import { PRESETS, type Preset } from '../../../training/configuration/presets';
import { FULL_GRID_SETS } from '../../../trajectories/grid-sets';
import type { SetRecipe } from '../../../trajectories/trajectory-set';

export interface TaskChoice {
  readonly name: string;
  /** For people: the task's own name, and what else tells it from the others. */
  readonly title: string;
  readonly note: string;
  readonly task: TaskSettings;
  /** The recipes' sets, from the smallest to the largest. */
  readonly sets: readonly SetRecipe[];
}

const ORDER = ['tiny', 'easy', 'uniform', 'hard', 'large'];

function inOrder(sets: readonly SetRecipe[]): SetRecipe[] {
  return [...sets].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}

function presetChoice({ name, title, config, sets }: Preset): TaskChoice {
  const task = createTask(config.task);
  return {
    name,
    title: task.name,
    note: `${task.levels.length} levels · the ${title.toLowerCase()} preset`,
    task: config.task,
    sets: inOrder(sets),
  };
}

export const TASK_CHOICES: readonly TaskChoice[] = [
  ...PRESETS.map(presetChoice),
  {
    name: 'grid-full',
    title: createTask(FULL_GRID).name,
    note: `${FULL_GRID.longestPerLevel.length} levels · ${FULL_GRID.walls} walls`,
    task: FULL_GRID,
    sets: FULL_GRID_SETS,
  },
];
