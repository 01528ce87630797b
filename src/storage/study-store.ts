/**
 * Studies in IndexedDB. A study's work lies in records of its own, job by job: a list reads studies
 * alone, results read no weights. Each method is one transaction.
 */
import { v4 as uuid } from 'uuid';
import * as v from 'valibot';
import { failureOf, isLabError, LabError } from '../errors';
import type {
  DamagedStudy,
  JobCheckpoint,
  StudyImport,
  StudyKeeper,
  StudyRecord,
  StudyStore,
  StudyWork,
} from '../runtime/stores/studies';
import {
  CELL,
  ENGINE,
  FITS,
  JOB_CHECKPOINT,
  MISSING_CELL,
  ROUND,
  SET_ROWS,
  SFT_CHECKPOINT,
  SFT_RUN,
  WEIGHTS,
} from '../runtime/stores/studies';
import { readStored, storedAs, type StoredForm } from '../schema/stored';
import { formatOf, stamped, upgraded } from '../schema/upgrades';
import { parseStudy } from '../studies/parse-study';
import { planStudy } from '../studies/plan';
import type { StudyConfig } from '../studies/study-config';
import type { StudyFits } from '../studies/known-fits';
import type { CellResult, MissingCell, SftRunResult } from '../studies/study-results';
import { librarySetsOf, readSetText, type SetTables } from '../studies/study-sets';
import type { SftCheckpoint } from '../training/branches';
import type { TrajectoryTable } from '../trajectories/table';
import { DatabaseConnection, type StoreOptions } from './connection';
import { STUDY_STORES, type LabTransaction } from './database';
import { ownBuffer, ownCheckpoint } from './own-buffers';
import { recordChecks } from './record-checks';
import { FITS_JOB, keysOf, ROUND_JOB, type Kind, type WorkRecord } from './study-work';

type Writing = LabTransaction<'readwrite', typeof STUDY_STORES>;
type Reading = LabTransaction<'readonly', typeof STUDY_STORES>;

const { damaged, check } = recordChecks('Delete the study.');

const STUDY = storedAs(
  'kept-study',
  v.object({
    id: v.string(),
    config: v.unknown(),
    createdAt: v.number(),
    updatedAt: v.number(),
    imported: v.boolean(),
  }),
);

/** Written back as it is, damaged or not. */
const ANY_STUDY = storedAs('kept-study', v.looseObject({}));

/** The value has a form of its own, by its kind. */
const workRecord = v.object({ value: v.unknown() });
const WORK = storedAs('study-work', workRecord);

/** What may still be there where the rest of a record is damaged. */
const withConfig = v.object({ config: v.unknown() });
const withTitle = v.object({ config: v.object({ title: v.string() }) });

function parseStored(value: unknown, id: string): Omit<StudyRecord, 'done' | 'cells'> {
  const what = v.is(withTitle, value) ? `The study “${value.config.title}”` : `Study ${id}`;
  const record = check(STUDY, value, what);
  try {
    return { ...record, config: parseStudy(record.config) };
  } catch (error) {
    throw damaged(what, failureOf(error));
  }
}

export class IndexedDbStudyStore implements StudyStore {
  readonly #connection: DatabaseConnection;
  readonly #now: () => number;

  constructor(options: StoreOptions = {}) {
    this.#connection = new DatabaseConnection(options.name);
    this.#now = options.now ?? Date.now;
  }

  async create(config: StudyConfig, sets: SetTables = new Map()): Promise<StudyRecord> {
    return this.#add(config, { imported: false, sets }, async () => undefined);
  }

  async import({
    results,
    weights,
    points,
    engine,
    sets,
    fits,
  }: StudyImport): Promise<StudyRecord> {
    return this.#add(results.config, { imported: true, sets }, async (tx, id) => {
      const put = (kind: Kind, job: string, value: unknown, step = 0) =>
        putWork(tx, { studyId: id, kind, job, step, value });
      for (const sftRun of results.trunks)
        await put('trunk', `${sftRun.set}/${sftRun.seed}`, sftRun);
      for (const cell of results.cells) await put('cell', cell.id, cell);
      for (const cell of results.missing) await put('missing', cell.id, cell);
      for (const [round, cells] of results.rounds.entries())
        await put('round', ROUND_JOB, cells, round);
      await put('engine', engine, engine);
      if (fits) await put('fits', FITS_JOB, fits);
      for (const [job, values] of weights) await put('weights', job, ownBuffer(values));
      for (const [job, values] of points) await put('weights', `${job}@branch`, ownBuffer(values));
    });
  }

  async list(): Promise<StudyRecord[]> {
    const { studies } = await this.#connection.read(STUDY_STORES, (tx) => readAll(tx));
    return studies.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  async listDamaged(suspects: readonly string[] = []): Promise<DamagedStudy[]> {
    const { damaged } = await this.#connection.read(STUDY_STORES, (tx) => readAll(tx, suspects));
    return damaged;
  }

  async readRemains(id: string): Promise<object> {
    return this.#connection.read(STUDY_STORES, async (tx) => {
      const values = async (kind: Kind, { shape }: StoredForm<unknown>): Promise<unknown[]> => {
        const records = await tx.objectStore('studyWork').getAll(keysOf(id, kind));
        return records.map((record) =>
          v.is(workRecord, record) ? upgraded(shape, record.value, formatOf(record)) : record,
        );
      };
      const study = upgraded('kept-study', await tx.objectStore('studies').get(id));
      return {
        version: 1,
        config: v.is(withConfig, study) ? study.config : study,
        trunks: await values('trunk', SFT_RUN),
        cells: await values('cell', CELL),
        missing: await values('missing', MISSING_CELL),
        rounds: await values('round', ROUND),
      };
    });
  }

  async read(id: string): Promise<{ record: StudyRecord; work: StudyWork }> {
    return this.#connection.read(STUDY_STORES, async (tx) => {
      const record = await requireRecord(tx, id);
      return { record, work: await readWork(tx, id) };
    });
  }

  async remove(id: string): Promise<void> {
    await this.#connection.write(STUDY_STORES, async (tx) => {
      await tx.objectStore('studies').delete(id);
      await tx.objectStore('studyWork').delete(keysOf(id));
    });
  }

  readFits(id: string): Promise<StudyFits | null> {
    return this.#connection.read(STUDY_STORES, async (tx) =>
      readValue(FITS, await tx.objectStore('studyWork').get([id, 'fits', FITS_JOB, 0])),
    );
  }

  saveFits(id: string, fits: StudyFits): Promise<void> {
    return this.#connection.write(STUDY_STORES, async (tx) => {
      // A study that was deleted meanwhile takes nothing more.
      if ((await tx.objectStore('studies').getKey(id)) === undefined) return;
      await putWork(tx, { studyId: id, kind: 'fits', job: FITS_JOB, step: 0, value: fits });
    });
  }

  async readSet(digest: string): Promise<TrajectoryTable | null> {
    return this.#connection.read(STUDY_STORES, async (tx) => {
      for (const id of await tx.objectStore('studies').getAllKeys()) {
        const table = await readSetOf(tx, id, digest);
        if (table) return table;
      }
      return null;
    });
  }

  keeper(id: string): StudyKeeper {
    return new IndexedDbStudyKeeper(id, this.#connection, this.#now);
  }

  /** Closes the database; the next call opens it again. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #add(
    config: StudyConfig,
    { imported, sets }: { imported: boolean; sets: SetTables },
    fill: (tx: Writing, id: string) => Promise<void>,
  ): Promise<StudyRecord> {
    const id = uuid();
    const now = this.#now();
    const stored = { id, config, createdAt: now, updatedAt: now, imported };
    return this.#connection.write(STUDY_STORES, async (tx) => {
      await tx.objectStore('studies').add(stamped(stored));
      for (const [digest, table] of sets) {
        await putWork(tx, { studyId: id, kind: 'set', job: digest, step: 0, value: table });
      }
      await fill(tx, id);
      return requireRecord(tx, id);
    });
  }
}

async function requireRecord(tx: Reading | Writing, id: string): Promise<StudyRecord> {
  const value = await tx.objectStore('studies').get(id);
  if (value === undefined) {
    throw new LabError('storage/missing', { what: 'study', id });
  }
  const stored = parseStored(value, id);
  const work = tx.objectStore('studyWork');
  const done = (await work.count(keysOf(id, 'cell'))) + (await work.count(keysOf(id, 'missing')));
  return { ...stored, done, cells: planStudy(stored.config).cells.length };
}

/** All studies but the damaged ones: one must not hide the others. Reads results of suspects only. */
async function readAll(
  tx: Reading,
  suspects: readonly string[] = [],
): Promise<{ studies: StudyRecord[]; damaged: DamagedStudy[] }> {
  const studies: StudyRecord[] = [];
  const damaged: DamagedStudy[] = [];
  for (const id of await tx.objectStore('studies').getAllKeys()) {
    try {
      studies.push(await requireRecord(tx, id));
      if (suspects.includes(id)) await readWork(tx, id);
    } catch (error) {
      if (!isLabError(error, 'storage/damaged') && !isLabError(error, 'storage/newer-format')) {
        throw error;
      }
      damaged.push({ id, problem: failureOf(error) });
    }
  }
  return { studies, damaged };
}

async function readWork(tx: Reading | Writing, id: string): Promise<StudyWork> {
  const all = async <T>(kind: Kind, form: StoredForm<T>): Promise<T[]> => {
    const records = await tx.objectStore('studyWork').getAll(keysOf(id, kind));
    return records.map((record) => {
      const { value } = check(WORK, record, 'A result');
      return check(form, value, 'A result', formatOf(record));
    });
  };
  return {
    trunks: await all('trunk', SFT_RUN),
    cells: await all('cell', CELL),
    missing: await all('missing', MISSING_CELL),
    rounds: await all('round', ROUND),
    engines: await all('engine', ENGINE),
  };
}

/** What a record of a study's work holds; null where it is damaged. */
function readValue<T>(form: StoredForm<T>, record: unknown): T | null {
  if (!v.is(workRecord, record)) return null;
  const result = readStored(form, record.value, formatOf(record));
  return result.success ? result.output : null;
}

/** The rows that a study keeps of a set; null also where they are damaged. */
async function readSetOf(
  tx: Reading,
  studyId: string,
  digest: string,
): Promise<TrajectoryTable | null> {
  const rows = readValue(
    SET_ROWS,
    await tx.objectStore('studyWork').get([studyId, 'set', digest, 0]),
  );
  if (typeof rows !== 'string') return rows;
  const study = await tx.objectStore('studies').get(studyId);
  try {
    const { config } = parseStored(study, studyId);
    const set = librarySetsOf(config).find((named) => named.digest === digest);
    return set ? readSetText(config, set, rows) : null;
  } catch {
    return null;
  }
}

async function putWork(tx: Writing, record: WorkRecord): Promise<void> {
  await tx.objectStore('studyWork').put(stamped(record));
}

class IndexedDbStudyKeeper implements StudyKeeper {
  readonly #id: string;
  readonly #connection: DatabaseConnection;
  readonly #now: () => number;

  constructor(id: string, connection: DatabaseConnection, now: () => number) {
    this.#id = id;
    this.#connection = connection;
    this.#now = now;
  }

  read(): Promise<StudyWork> {
    return this.#connection.read(STUDY_STORES, (tx) => readWork(tx, this.#id));
  }

  savePoint(sftRun: string, { state, parameters }: SftCheckpoint): Promise<void> {
    const point = { state, parameters: ownBuffer(parameters) };
    return this.#write((tx) => this.#put(tx, 'point', sftRun, point, state.step));
  }

  readPoint(sftRun: string, step: number): Promise<SftCheckpoint | null> {
    return this.#get(['point', sftRun, step], SFT_CHECKPOINT);
  }

  saveSftRun(id: string, sftRun: SftRunResult, steps: readonly number[]): Promise<void> {
    return this.#write(async (tx) => {
      await this.#put(tx, 'trunk', id, sftRun);
      await this.#delete(tx, 'checkpoint', id);
      const work = tx.objectStore('studyWork');
      for (const key of await work.getAllKeys(keysOf(this.#id, 'point', id))) {
        if (!steps.includes(key[3])) await work.delete(key);
      }
    });
  }

  saveCell(id: string, cell: CellResult, weights: Float32Array | null): Promise<void> {
    return this.#write(async (tx) => {
      await this.#put(tx, 'cell', id, cell);
      if (weights) await this.#put(tx, 'weights', id, ownBuffer(weights));
      if (cell.branch === null || !(await this.#goesOn(tx)))
        await this.#delete(tx, 'checkpoint', id);
    });
  }

  /** Whether the study may give a finished cell further RL. */
  async #goesOn(tx: Writing): Promise<boolean> {
    const study = await tx.objectStore('studies').get(this.#id);
    return parseStored(study, this.#id).config.furtherRl !== null;
  }

  saveMissing(cell: MissingCell): Promise<void> {
    return this.#write((tx) => this.#put(tx, 'missing', cell.id, cell));
  }

  saveRound(round: number, cells: readonly string[]): Promise<void> {
    return this.#write((tx) => this.#put(tx, 'round', ROUND_JOB, cells, round));
  }

  saveEngine(description: string): Promise<void> {
    return this.#write((tx) => this.#put(tx, 'engine', description, description));
  }

  forget(id: string): Promise<void> {
    return this.#write(async (tx) => {
      for (const kind of ['trunk', 'cell', 'missing', 'checkpoint', 'weights'] as const) {
        await this.#delete(tx, kind, id);
      }
    });
  }

  readCheckpoint(id: string): Promise<JobCheckpoint | null> {
    return this.#get(['checkpoint', id, 0], JOB_CHECKPOINT);
  }

  saveCheckpoint(id: string, { checkpoint, seconds }: JobCheckpoint): Promise<void> {
    const own = ownCheckpoint(checkpoint);
    return this.#write((tx) => this.#put(tx, 'checkpoint', id, { checkpoint: own, seconds }));
  }

  readWeights(id: string): Promise<Float32Array | null> {
    return this.#get(['weights', id, 0], WEIGHTS);
  }

  readSet(digest: string): Promise<TrajectoryTable | null> {
    return this.#connection.read(STUDY_STORES, (tx) => readSetOf(tx, this.#id, digest));
  }

  async #put(tx: Writing, kind: Kind, job: string, value: unknown, step = 0): Promise<void> {
    await putWork(tx, { studyId: this.#id, kind, job, step, value });
  }

  async #delete(tx: Writing, kind: Kind, job: string): Promise<void> {
    await tx.objectStore('studyWork').delete(keysOf(this.#id, kind, job));
  }

  /** Null also where the record is damaged: what it held can be made again. */
  #get<T>([kind, job, step]: [Kind, string, number], form: StoredForm<T>): Promise<T | null> {
    return this.#connection.read(STUDY_STORES, async (tx) => {
      const record = await tx.objectStore('studyWork').get([this.#id, kind, job, step]);
      return readValue(form, record);
    });
  }

  async #write(action: (tx: Writing) => Promise<void>): Promise<void> {
    await this.#connection.write(STUDY_STORES, async (tx) => {
      const study = await tx.objectStore('studies').get(this.#id);
      // A study that was deleted meanwhile takes nothing more.
      if (study === undefined) {
        throw new LabError('storage/study-deleted');
      }
      const stored = check(ANY_STUDY, study, 'The study');
      await tx.objectStore('studies').put(stamped({ ...stored, updatedAt: this.#now() }));
      await action(tx);
    });
  }
}
