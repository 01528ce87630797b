/** The weights that go into a study's bundle: those of one seed, so that it stays small. */
import type { StudyBundle } from '../../studies/bundle/study-bundle';
import type { StudyResults } from '../../studies/study-results';
import type { StudyKeeper } from './contracts';

/** Weights of the first seed's branches, where RL started and after it. */
export async function bundleContent(
  { cells, config }: StudyResults,
  keeper: StudyKeeper,
): Promise<Pick<StudyBundle, 'branchWeights' | 'finalWeights'>> {
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
  return { branchWeights, finalWeights };
}
