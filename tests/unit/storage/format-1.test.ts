import 'fake-indexeddb/auto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudyFolder } from '../../../src/cli/study-folder';
import { FORMAT } from '../../../src/schema/upgrades';
import { IndexedDbStudyStore } from '../../../src/storage';
import { openDatabase } from '../../../src/storage/database';
import { parseStudyText } from '../../../src/studies/parse-study';
import { parseResults } from '../../../src/studies/parse-results';
import { freshName, freshStore } from './run-examples';

// Written by the lab as it was in November 2026: data without the number of their format. The model
// is tiny and untrained; zeros stand for the numbers of its checkpoint.
const FORMAT_1 = 'tests/fixtures/format-1';
const STUDY = path.join(FORMAT_1, 'study');
/** Fields that came with the formats up to 4, and are missing in what was written before them. */
const LATER = ['heldOut', 'gpu', 'tolerance'];

type Json = Record<string, unknown>;

interface StoredRun {
  readonly run: { readonly id: string; readonly eventCount: number } & Json;
  readonly chunk: { readonly events: readonly Json[] } & Json;
  readonly checkpoint: { readonly checkpoint: { readonly state: Json } } & Json;
}

async function json(file: string, skip: readonly string[] = []): Promise<Json> {
  const text = await readFile(file, 'utf8');
  return JSON.parse(text, (key, value: unknown) => {
    if (skip.includes(key)) return undefined;
    const zeros = (value as { zeros?: number } | null)?.zeros;
    return zeros === undefined ? value : new Float32Array(zeros);
  }) as Json;
}

const storedRun = async (skip?: readonly string[]): Promise<StoredRun> =>
  (await json(path.join(FORMAT_1, 'run.json'), skip)) as unknown as StoredRun;

const isReport = (value: unknown): value is { readonly reason: string } =>
  typeof (value as { reason?: unknown } | null)?.reason === 'string';

/** How RL ran before these were settings. */
const RL_OF_THEN = {
  until: 'steps',
  deviation: 'population',
  deviationFloor: 1e-6,
  microBatch: 8,
  temperature: 1,
  warmupShare: null,
};
/** … and SFT and its evaluation. */
const SFT_OF_THEN = { epochs: null, warmupShare: null };
const EVALUATION_OF_THEN = { validationExpert: null };

const isSettings = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Where else a sentence stood for a reason. */
const TOLD = ['failure', 'noCeilingBecause', 'notIdentifiedBecause'];
/** Whose `reason` it was: by the key, and by the event's type. */
const REASONED = ['advice', 'switched', 'switch', 'instability', 'diverged'];

const isEvaluation = (value: unknown): value is object =>
  ['perLevel', 'performance'].some((key) => Object.hasOwn(Object(value) as object, key)) &&
  ['problems', 'samples'].some((key) => Object.hasOwn(Object(value) as object, key));

/** What is read of it today: a sentence is a reason that is no more than that, and levels were not counted. */
function asToday<T>(stored: T): T {
  const told = (text: string) => ({ because: 'told', text });
  return JSON.parse(JSON.stringify(stored), (key, value: unknown) => {
    if (isEvaluation(value)) return { ...value, levels: null };
    if (key === 'summary' && value !== null) return { rlEnd: null, ...(value as object) };
    if (key === 'sft' && isSettings(value)) return { ...SFT_OF_THEN, ...value };
    if (key === 'evaluation' && isSettings(value)) return { ...EVALUATION_OF_THEN, ...value };
    if (key === 'rl' && isSettings(value)) return { ...RL_OF_THEN, ...value };
    if ([...TOLD, 'switchReason'].includes(key) && typeof value === 'string') return told(value);
    if (key === 'engine' && isReport(value)) {
      return { ...value, reason: { choice: [told(value.reason)], tuning: null } };
    }
    const { type, reason } = (value ?? {}) as { type?: string; reason?: string };
    return [key, type].some((name) => REASONED.includes(name ?? '')) && typeof reason === 'string'
      ? { ...(value as object), reason: told(reason) }
      : value;
  }) as T;
}

/** A database that holds the records, as they are. */
async function databaseWith(records: Record<string, readonly unknown[]>): Promise<string> {
  const name = freshName();
  const database = await openDatabase({ name, onClosed: () => undefined });
  for (const [store, values] of Object.entries(records)) {
    for (const value of values) await database.put(store as 'runs', value);
  }
  database.close();
  return name;
}

describe('a run of format 1', () => {
  it('opens with its log and its checkpoint, with all they held', async () => {
    const { run, chunk, checkpoint } = await storedRun();
    const name = await databaseWith({ runs: [run], events: [chunk], checkpoints: [checkpoint] });
    const store = freshStore({ name });
    const { record, events } = await store.readRun(run.id);
    const { eventCount: _, ...shown } = run;
    expect(record).toEqual(asToday(shown));
    expect(events).toMatchObject(asToday(chunk.events));
    const latest = await store.readCheckpoint(run.id, 'latest');
    const { state, ...numbers } = checkpoint.checkpoint;
    expect(latest!.checkpoint).toMatchObject({ ...numbers, state: asToday(state) });
  });

  it('opens from before its later fields were there', async () => {
    const { run, chunk, checkpoint } = await storedRun(['heldOut', 'tolerance']);
    const { gpu: _, ...state } = checkpoint.checkpoint.state;
    const older = { ...checkpoint, checkpoint: { ...checkpoint.checkpoint, state } };
    const name = await databaseWith({ runs: [run], events: [chunk], checkpoints: [older] });
    const store = freshStore({ name });
    const { record, events } = await store.readRun(run.id);
    expect(record.summary).toMatchObject({ heldOut: null });
    expect(record.engine!.gpu!.selfTest.tolerance).toBe(1e-4);
    expect(events.find(({ event }) => event.type === 'benchmark')!.event).toMatchObject({
      heldOut: null,
    });
    expect(events.find(({ event }) => event.type === 'diverged')!.event).toMatchObject({
      summary: null,
    });
    const latest = await store.readCheckpoint(run.id, 'latest');
    expect(latest!.checkpoint.state).toMatchObject({
      gpu: null,
      latest: state.final,
      heldOut: { base: null, branch: null, final: null },
    });
  });

  it('carries the number of today’s format once it is written again', async () => {
    const { run, chunk } = await storedRun(LATER);
    const name = await databaseWith({ runs: [run], events: [chunk] });
    const store = freshStore({ name });
    await store.truncateEvents(run.id, run.eventCount - 1);
    await store.close();
    const database = await openDatabase({ name, onClosed: () => undefined });
    expect(await database.get('runs', run.id)).toMatchObject({ format: FORMAT });
    expect(await database.getAll('events')).toMatchObject([{ format: FORMAT }]);
    database.close();
    expect((await store.readRun(run.id)).events).toHaveLength(run.eventCount - 1);
  });

  it('of a newer lab is listed with what to do, beside the others', async () => {
    const { run } = await storedRun();
    const newer = { ...run, id: 'newer', format: FORMAT + 1 };
    const store = freshStore({ name: await databaseWith({ runs: [run, newer] }) });
    expect((await store.listRuns()).map(({ id }) => id)).toEqual([run.id]);
    const [damaged] = await store.listDamaged();
    expect(damaged).toMatchObject({ id: 'newer', problem: { code: 'storage/newer-format' } });
    await expect(store.readRun('newer')).rejects.toMatchObject({ code: 'storage/newer-format' });
  });
});

describe('a study of format 1', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'lab-format-'));
    await cp(STUDY, root, { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const results = async (skip?: readonly string[]) =>
    parseResults(await json(path.join(STUDY, 'results.json'), skip));

  it('opens from its folder, checkpoints included', async () => {
    const study = parseStudyText(await readFile(path.join(root, 'study.json'), 'utf8'));
    const folder = await StudyFolder.open(root, study);
    const { trunks, cells, missing, rounds } = await results();
    expect(await folder.read()).toEqual({ trunks, cells, missing, rounds, engines: [] });
    expect(rounds).toEqual([]);
    expect([trunks.length, cells.length, missing.length]).toEqual([1, 2, 1]);
    expect((await folder.readPoint('uniform/1', 4))!.state.step).toBe(4);
  });

  it('opens from its results, also from before there were held-out problems', async () => {
    const { cells } = await results();
    const older = await results(LATER);
    expect(older.cells).toEqual(cells.map((cell) => ({ ...cell, heldOut: null })));
  });

  it('opens from the database, with what was written since', async () => {
    const { config, cells } = await results();
    const name = freshName();
    const store = new IndexedDbStudyStore({ name });
    const { id } = await store.create(config);
    await store.keeper(id).saveCell(cells[0]!.id, cells[0]!, null);
    await store.close();
    const { heldOut: _, ...older } = cells[1]!;
    const database = await openDatabase({ name, onClosed: () => undefined });
    const key = { studyId: id, kind: 'cell', job: cells[1]!.id, step: 0 };
    await database.put('studyWork', { ...key, value: older });
    database.close();
    const { work } = await store.read(id);
    expect(work.cells).toEqual([cells[0], { ...older, heldOut: null }]);
  });
});
