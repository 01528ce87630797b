/** What a run reads: its task, trajectories, validation set and benchmark, all from its configuration. */
import { LabError } from '../../errors';
import { Random } from '../../random';
import { createTask, type HeldOutVariant, type Task } from '../../tasks';
import { makeTrainingSet, makeTrajectorySet } from '../../trajectories/generate';
import { solvedProblems, paddedSet } from '../../trajectories/padded';
import type { TrajectoryTable } from '../../trajectories/table';
import {
  drawProblems,
  problemSet,
  type ProblemSet,
  type TrajectorySet,
} from '../../trajectories/trajectory-set';
import { checkTask, withoutMeasured } from './demonstrations';
import { requireFitting } from '../configuration/model-fit';
import { type RunConfig } from '../configuration/run-config';

export interface Datasets {
  readonly task: Task;
  readonly trajectories: TrajectorySet;
  /** Levels of which there is no trajectory. */
  readonly unseenLevels: readonly number[];
  /** Trajectories left out since their prompt is measured on, or held out. */
  readonly leftOut: number;
  readonly validation: TrajectorySet;
  readonly benchmark: ProblemSet;
  /** Problems of a kind that nothing is learned from; null where none are asked for. */
  readonly heldOut: HeldOut | null;
}

interface HeldOut {
  readonly variant: HeldOutVariant;
  /** Their levels count from 0 among the variant's own. */
  readonly problems: ProblemSet;
}

/**
 * Validation set and benchmark are the same for every seed, so that runs of different seeds, sets and
 * switch points are measured on the same problems.
 */
const MEASUREMENT_SEED = 999;

/** Draws the held-out problems; throws an error of `task` where the task has no such kind. */
function drawHeldOut(task: Task, perLevel: number): HeldOut | null {
  if (perLevel === 0) return null;
  const { heldOut: variant } = task;
  if (!variant) {
    throw new LabError('config/held-out', { perLevel, task: task.name });
  }
  const random = Random.from(MEASUREMENT_SEED, 'held-out');
  const drawn = variant.levels.flatMap((level, place) =>
    Array.from({ length: perLevel }, () => ({ ...variant.draw(random, level), level: place })),
  );
  return { variant, problems: problemSet(task, drawn) };
}

/** The task; one that makes no problems draws those of the set. */
function taskOf({ task: settings }: RunConfig, stored: TrajectoryTable | null): Task {
  const task = createTask(settings);
  return stored && task.drawingFrom ? task.drawingFrom(solvedProblems(task, stored)) : task;
}

function trainingSet(
  task: Task,
  { trajectories: recipe, librarySet, seed }: RunConfig,
  stored: TrajectoryTable | null,
): TrajectorySet {
  if (stored) return paddedSet(task, stored, recipe.name);
  if (librarySet) {
    throw new LabError('config/set-unread', { set: recipe.name });
  }
  return makeTrainingSet(task, recipe, seed);
}

/**
 * Draws a run's data. The trajectory set depends on the run's seed; what measures it does not.
 * @param stored the rows of the library set that the run names
 */
export function prepareDatasets(
  config: RunConfig,
  stored: TrajectoryTable | null = null,
): Datasets {
  const task = taskOf(config, stored);
  requireFitting(task, config.model);
  const { trajectories: recipe, evaluation } = config;
  const drawn = trainingSet(task, config, stored);
  const validation = makeTrajectorySet(
    task,
    {
      name: 'validation',
      size: evaluation.validationSize,
      levels: 'balanced',
      expert: evaluation.validationExpert ?? recipe.expert,
    },
    { part: 'validation', random: Random.from(MEASUREMENT_SEED, 'validation') },
  );
  const problems = drawProblems(
    task,
    evaluation.problemsPerLevel * task.levels.length,
    'balanced',
    { part: 'benchmark', random: Random.from(MEASUREMENT_SEED, 'benchmark') },
  );
  const benchmark = problemSet(task, problems);
  checkTask(task, drawn);
  const heldOut = drawHeldOut(task, evaluation.heldOutPerLevel);
  const measured = [benchmark, validation];
  const { set, leftOut } = withoutMeasured(task, drawn, { measured, heldOut: heldOut?.variant });
  return {
    task,
    trajectories: set,
    unseenLevels: Array.from(task.levels.keys()).filter((level) => !set.levels.includes(level)),
    leftOut,
    validation,
    benchmark,
    heldOut,
  };
}
