/** What a run is called. */
import { createTask } from '../../tasks';
import { SEQUENTIAL } from '../../theory';
import { paradigmTitle } from '../../training/configuration/paradigms';
import type { RunConfig } from '../../training/configuration/run-config';
import { isSameTask } from '../../training/data/library-set';
import { presets } from '../../training/configuration/presets';

/** Its preset; of a run on a foreign set, whose task is another one than the preset's, that task. */
export function subjectOf({ preset, task }: Pick<RunConfig, 'preset' | 'task'>): string {
  const own = presets().find(({ name }) => name === preset);
  return own && !isSameTask(own.config.task, task) ? createTask(task).name : preset;
}

/** Subject and trajectory set; a foreign task often has the name of its set. */
export function placesOf(config: RunConfig): string[] {
  return [...new Set([subjectOf(config), config.trajectories.name])];
}

/** In the list of runs and wherever one is chosen. */
export function runName({ config }: { readonly config: RunConfig }): string {
  const { paradigm, computeBudget, seed } = config;
  const isPlain = paradigm === SEQUENTIAL && computeBudget === null;
  const [subject, ...set] = placesOf(config);
  const parts = [subject, ...(isPlain ? [] : [paradigmTitle(config)]), ...set];
  return `${parts.join(' · ')} · seed ${seed}`;
}

/** Begins the names of a run's files. */
export function runFileName(config: RunConfig): string {
  return `${placesOf(config).join('-')}-seed-${config.seed}`;
}
