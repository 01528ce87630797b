/** The rows of library sets for a study: found where it is made, read back while it runs. */
import {
  librarySetsOf,
  readSetText,
  writeSetText,
  type NamedSet,
  type SetTexts,
} from '../../studies/study-sets';
import { StudyError } from '../../studies/parse-study';
import type { StudyConfig } from '../../studies/study-config';
import { isSameTask } from '../../training/data/library-set';
import type { RunConfig } from '../../training/configuration/run-config';
import type { SetRecord, SetStore } from '../stores/sets';
import type { TrajectoryTable } from '../../trajectories/table';
import type { StudyKeeper, StudyStore } from '../stores/studies';

/** The library, as far as studies use it. */
export type StudyLibrary = Pick<SetStore, 'listSets' | 'readTable'>;

interface RowSources {
  readonly library: StudyLibrary;
  /** Kept studies, which may have a set that the library has not. */
  readonly store: Pick<StudyStore, 'findSet'>;
}

/**
 * The rows of the library's sets that a study names. A set is known by its digest, so that one that
 * was imported again will do. Throws {@link StudyError} where one is missing or of another task.
 */
export async function gatherSets(study: StudyConfig, sources: RowSources): Promise<SetTexts> {
  const named = librarySetsOf(study);
  const texts = new Map<string, string>();
  if (named.length === 0) return texts;
  const records = await sources.library.listSets();
  for (const set of named) texts.set(set.digest, await find(study, set, records, sources));
  return texts;
}

async function find(
  study: StudyConfig,
  set: NamedSet,
  records: readonly SetRecord[],
  { library, store }: RowSources,
): Promise<string> {
  const record = records.find(({ digest }) => digest === set.digest);
  if (record && !isSameTask(record.task, study.run.task)) {
    throw new StudyError(
      `The set "${set.recipe.name}" is of another task than the study; all that is compared must be measured on one task. Choose a set of the study's task.`,
    );
  }
  const text = record
    ? writeSetText(study, await library.readTable(record.id))
    : await store.findSet(set.digest);
  if (text === null) {
    throw new StudyError(
      `The study trains on "${set.recipe.name}", a set of the library that this browser does not have (its digest is ${set.digest}). Import the set's file under Trajectories, open a bundle of the study, or leave the set out.`,
    );
  }
  readSetText(study, set, text);
  return text;
}

/** The rows that a study keeps of a set; throws where they are gone. */
export async function keptSet(
  keeper: Pick<StudyKeeper, 'readSet'>,
  { recipe, digest }: NamedSet,
): Promise<string> {
  const text = await keeper.readSet(digest);
  if (text !== null) return text;
  throw new StudyError(
    `The rows of the set "${recipe.name}" are missing from the study or damaged. Open a bundle of the study, or start it anew.`,
  );
}

/** Reads the rows of a study's sets once for all of its jobs. */
export class StudyRows {
  readonly #keeper: Pick<StudyKeeper, 'readSet'>;
  readonly #tables = new Map<string, TrajectoryTable>();

  constructor(keeper: Pick<StudyKeeper, 'readSet'>) {
    this.#keeper = keeper;
  }

  /** The rows of the library set that a run names; null for a run that makes its own. */
  async of({ librarySet, trajectories, task }: RunConfig): Promise<TrajectoryTable | null> {
    if (!librarySet) return null;
    const { digest } = librarySet;
    const known = this.#tables.get(digest);
    if (known) return known;
    const set = { recipe: trajectories, digest };
    const table = readSetText({ run: { task } }, set, await keptSet(this.#keeper, set));
    this.#tables.set(digest, table);
    return table;
  }
}
