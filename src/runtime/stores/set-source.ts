/** Where the rows of a stored set come from: the library, or what a study keeps of it. */
import { digestOf } from '../../trajectories/digest';
import type { TrajectoryTable } from '../../trajectories/table';
import type { SetStore } from './sets';

/** Sets by the digest of their rows, so that one that was imported again is the same set. */
export interface SetSource {
  /** null where the source has no set with this digest. */
  readSet(digest: string): Promise<TrajectoryTable | null>;
}

/** The library as a source. */
export function librarySource(library: Pick<SetStore, 'listSets' | 'readTable'>): SetSource {
  return {
    async readSet(digest) {
      const record = (await library.listSets()).find((set) => set.digest === digest);
      return record ? library.readTable(record.id) : null;
    },
  };
}

/** The rows with this digest, counted anew; null where the source lacks them or has others. */
export async function readRows(source: SetSource, digest: string): Promise<TrajectoryTable | null> {
  const table = await source.readSet(digest);
  return table && digestOf(table) === digest ? table : null;
}
