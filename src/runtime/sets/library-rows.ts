/** The trajectories of a run that trains on a set of the library, read where they are stored. */
import { TableDigest } from '../../trajectories/digest';
import type { SetStore } from '../stores/sets';
import type { TrajectoryTable } from '../../trajectories/table';
import { RunConfigError, type RunConfig } from '../../training/configuration/run-config';

type LibraryReader = Pick<SetStore, 'readRecord' | 'readTable'>;

/**
 * Reads the set that a run names; null for a run that makes its own. Throws {@link RunConfigError}
 * where the library is missing or the set is not the one that was named.
 */
export async function libraryRows(
  { librarySet, trajectories }: RunConfig,
  library: LibraryReader | null,
): Promise<TrajectoryTable | null> {
  if (!librarySet) return null;
  if (!library) {
    throw new RunConfigError(
      `The run trains on "${trajectories.name}", a set of the library, and there is no library here. Start it in the browser that keeps the set.`,
    );
  }
  const record = await library.readRecord(librarySet.id);
  const table = await library.readTable(librarySet.id);
  const digest = new TableDigest();
  digest.add(table);
  if (digest.value() !== librarySet.digest || record.digest !== librarySet.digest) {
    throw new RunConfigError(
      `The set "${record.name}" is not what it was when the run was set up: its digest is ${digest.value()}, and the run asks for ${librarySet.digest}. Choose the set again.`,
    );
  }
  return table;
}
