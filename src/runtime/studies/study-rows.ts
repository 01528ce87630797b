/** The rows of library sets for a study: found where it is made, read back while it runs. */
import { LabError } from '../../errors';
import {
  librarySetsOf,
  requireNamed,
  type NamedSet,
  type SetTables,
} from '../../studies/study-sets';
import type { StudyConfig } from '../../studies/study-config';
import { isSameTask } from '../../training/data/library-set';
import type { RunConfig } from '../../training/configuration/run-config';
import type { SetRecord, SetStore } from '../stores/sets';
import { readRows, type SetSource } from '../stores/set-source';
import type { TrajectoryTable } from '../../trajectories/table';

/** The library, as far as studies use it. */
export type StudyLibrary = Pick<SetStore, 'listSets' | 'readTable'>;

interface RowSources {
  readonly library: StudyLibrary;
  /** Kept studies, which may have a set that the library has not. */
  readonly store: SetSource;
}

/**
 * The rows of the library's sets that a study names. A set is known by its digest, so that one that
 * was imported again will do. Throws an error of `study` where one is missing or of another task.
 */
export async function gatherSets(study: StudyConfig, sources: RowSources): Promise<SetTables> {
  const named = librarySetsOf(study);
  const tables = new Map<string, TrajectoryTable>();
  if (named.length === 0) return tables;
  const records = await sources.library.listSets();
  for (const set of named) tables.set(set.digest, await find(study, set, records, sources));
  return tables;
}

async function find(
  study: StudyConfig,
  set: NamedSet,
  records: readonly SetRecord[],
  { library, store }: RowSources,
): Promise<TrajectoryTable> {
  const record = records.find(({ digest }) => digest === set.digest);
  if (record && !isSameTask(record.task, study.run.task)) {
    throw new LabError('study/other-task', { set: set.recipe.name });
  }
  const table = record ? await library.readTable(record.id) : await store.readSet(set.digest);
  if (!table) {
    throw new LabError('study/set-missing', { set: set.recipe.name, digest: set.digest });
  }
  requireNamed(study, set, table);
  return table;
}

/** The rows that a study keeps of a set; throws where they are gone. */
export async function keptSet(
  keeper: SetSource,
  { recipe, digest }: NamedSet,
): Promise<TrajectoryTable> {
  const table = await readRows(keeper, digest);
  if (table) return table;
  throw new LabError('study/rows-missing', { set: recipe.name });
}

/** Reads the rows of a study's sets once for all of its jobs. */
export class StudyRows {
  readonly #keeper: SetSource;
  readonly #tables = new Map<string, TrajectoryTable>();

  constructor(keeper: SetSource) {
    this.#keeper = keeper;
  }

  /** The rows of the library set that a run names; null for a run that makes its own. */
  async of({ librarySet, trajectories }: RunConfig): Promise<TrajectoryTable | null> {
    if (!librarySet) return null;
    const { digest } = librarySet;
    const known = this.#tables.get(digest);
    if (known) return known;
    const table = await keptSet(this.#keeper, { recipe: trajectories, digest });
    this.#tables.set(digest, table);
    return table;
  }
}
