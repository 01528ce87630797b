import type { LibrarySet } from '../../training/data/library-set';
import type { SetRecord } from '../../runtime/stores/sets';

/** A stored set as a run names it. */
export function librarySetOf({ id, digest, name, statistics, task }: SetRecord): LibrarySet {
  return { id, digest, name, size: statistics.size, perLevel: statistics.perLevel, task };
}
