/** The trajectories of a set of the library that is trained on or measured, read where they are stored. */
import { LabError } from '../../errors';
import { readRows, type SetSource } from '../stores/set-source';
import type { TrajectoryTable } from '../../trajectories/table';
import { type RunConfig } from '../../training/configuration/run-config';

/** The rows of a set; throws `library/set-changed` where the source has none with its digest. */
export async function rowsOf(
  { name, digest }: { readonly name: string; readonly digest: string },
  source: SetSource,
): Promise<TrajectoryTable> {
  const table = await readRows(source, digest);
  if (table) return table;
  throw new LabError('library/set-changed', { set: name, digest });
}

/**
 * Reads the set that a run names; null for a run that makes its own. Throws an error of `library`
 * where the library is missing or the set is not the one that was named.
 */
export async function libraryRows(
  { librarySet, trajectories: { name } }: RunConfig,
  library: SetSource | null,
): Promise<TrajectoryTable | null> {
  if (!librarySet) return null;
  if (!library) {
    throw new LabError('library/none-for-run', { set: name });
  }
  return rowsOf({ name, digest: librarySet.digest }, library);
}
