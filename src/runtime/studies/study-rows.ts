/** The rows of library sets for a study: found where it is made, read back while it runs. */
import {
  librarySetsOf,
  requireNamed,
  type NamedSet,
  type SetTables,
} from '../../studies/study-sets';
import { StudyError } from '../../studies/parse-study';
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
 * was imported again will do. Throws {@link StudyError} where one is missing or of another task.
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
    throw new StudyError(
      `The set "${set.recipe.name}" is of another task than the study; all that is compared must be measured on one task. Choose a set of the study's task.`,
    );
  }
  const table = record ? await library.readTable(record.id) : await store.readSet(set.digest);
  if (!table) {
    throw new StudyError(
      `The study trains on "${set.recipe.name}", a set of the library that this browser does not have (its digest is ${set.digest}). Import the set's file under Trajectories, open a bundle of the study, or leave the set out.`,
    );
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
  throw new StudyError(
    `The rows of the set "${recipe.name}" are missing from the study or damaged. Open a bundle of the study, or start it anew.`,
  );
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
