/** The trajectories of a run that trains on a set of the library, read where they are stored. */
import { readRows, type SetSource } from '../stores/set-source';
import type { TrajectoryTable } from '../../trajectories/table';
import { RunConfigError, type RunConfig } from '../../training/configuration/run-config';

/**
 * Reads the set that a run names; null for a run that makes its own. Throws {@link RunConfigError}
 * where the library is missing or the set is not the one that was named.
 */
export async function libraryRows(
  { librarySet, trajectories: { name } }: RunConfig,
  library: SetSource | null,
): Promise<TrajectoryTable | null> {
  if (!librarySet) return null;
  if (!library) {
    throw new RunConfigError(
      `The run trains on "${name}", a set of the library, and there is no library here. Start it in the browser that keeps the set.`,
    );
  }
  const table = await readRows(library, librarySet.digest);
  if (table) return table;
  throw new RunConfigError(
    `The set "${name}" is not what it was when the run was set up, or it was deleted: the library has none with the digest ${librarySet.digest}, for which the run asks. Choose the set again.`,
  );
}
