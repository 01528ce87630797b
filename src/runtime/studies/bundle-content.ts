/** What goes into a study's bundle beside its results, weights of one seed, so that it stays small; and what is taken of one. */
import { readBundle, type StudyBundle } from '../../studies/bundle/study-bundle';
import type { StudyResults } from '../../studies/study-results';
import type { TrajectoryTable } from '../../trajectories/table';
import { librarySetsOf, type SetTables } from '../../studies/study-sets';
import type { StudyImport, StudyKeeper } from '../stores/studies';
import { keptSet } from './study-rows';

/** Weights of the first seed's branches, where RL started and after it; rows of the library's sets. */
export async function bundleContent(
  { cells, config }: StudyResults,
  keeper: StudyKeeper,
): Promise<Pick<StudyBundle, 'branchWeights' | 'finalWeights' | 'sets'>> {
  const seed = config.seeds[0];
  const branchWeights = new Map<string, Float32Array>();
  const finalWeights = new Map<string, Float32Array>();
  for (const { id, branch, cell } of cells) {
    if (cell.seed !== seed || branch === null || !cell.branch || !cell.set) continue;
    const point = await keeper.readPoint(`${cell.set.name}/${seed}`, cell.branch.step);
    const start = point?.parameters ?? (await keeper.readWeights(`${id}@branch`));
    const end = await keeper.readWeights(id);
    if (start) branchWeights.set(id, start);
    if (end) finalWeights.set(id, end);
  }
  return { branchWeights, finalWeights, sets: await keptSets(config, keeper) };
}

/** The rows of the library's sets that a study trains on. */
export async function keptSets(
  config: Parameters<typeof librarySetsOf>[0],
  keeper: StudyKeeper,
): Promise<SetTables> {
  const sets = new Map<string, TrajectoryTable>();
  for (const set of librarySetsOf(config)) sets.set(set.digest, await keptSet(keeper, set));
  return sets;
}

/** What is kept of a bundle; throws an error of `bundle` with the place and the reason. */
export function importOf(bytes: Uint8Array): StudyImport {
  const { origin, finalWeights, branchWeights, ...bundle } = readBundle(bytes);
  const { results, sets, fits } = bundle;
  const { engine } = origin;
  return { results, weights: finalWeights, points: branchWeights, engine, sets, fits };
}
