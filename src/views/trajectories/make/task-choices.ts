/** The tasks from which sets can be made, with the recipes' sets of each. */
import { createTask, levelCount, TASKS, type SetRecipe, type TaskSettings } from '../../../tasks';
import { presets } from '../../../training/configuration/presets';
import { counted } from '../../../words/en/counted';

export interface TaskChoice {
  readonly name: string;
  /** For people: the task's own name, and what else tells it from the others. */
  readonly title: string;
  readonly note: string;
  readonly task: TaskSettings;
  /** The recipes' sets, from the smallest to the largest. */
  readonly sets: readonly SetRecipe[];
}

type Offered = Omit<TaskChoice, 'title'>;

const ORDER = ['tiny', 'easy', 'uniform', 'hard', 'large'];

function inOrder(sets: readonly SetRecipe[]): SetRecipe[] {
  return [...sets].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}

function choiceFor({ name, task, sets, note }: Offered): TaskChoice {
  return {
    name,
    title: createTask(task).name,
    note: `${counted(levelCount(task), 'level')} · ${note}`,
    task,
    sets: inOrder(sets),
  };
}

/** The tasks of the presets, then what else the lab has sets for. */
export function taskChoices(): TaskChoice[] {
  const ofPresets = presets().map(({ name, title, config: { task }, sets }) =>
    choiceFor({ name, task, sets, note: `the ${title.toLowerCase()} preset` }),
  );
  const others = TASKS.all().flatMap(({ variants }) => variants.map(choiceFor));
  return [...ofPresets, ...others];
}
