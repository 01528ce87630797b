/** Runs on sets of the library. */
import { describe, expect, it } from 'vitest';
import { generateTables } from '../../../src/trajectories/generate';
import { TableDigest } from '../../../src/trajectories/digest';
import { joinTables, TableBuilder, type TrajectoryTable } from '../../../src/trajectories/table';
import type { SetRecord } from '../../../src/trajectories/stored-set';
import { createTask, OwnSurvey, type TaskSettings } from '../../../src/tasks';
import { statisticsOf } from '../../../src/trajectories/statistics';
import { librarySetOf, withLibrarySet } from '../../../src/training/library-set';
import { prepareMaterials } from '../../../src/training/materials';
import type { RunConfig } from '../../../src/training/run-config';
import { SMALL_RUN, smallLab } from './small-run';

function digestOf(table: TrajectoryTable): string {
  const digest = new TableDigest();
  digest.add(table);
  return digest.value();
}

/** A library of one set. */
function libraryOf(task: TaskSettings, table: TrajectoryTable, digest = digestOf(table)) {
  const record: SetRecord = {
    id: 'set-1',
    name: 'mine',
    task,
    origin: { kind: 'generated', seed: 3, recipe: SMALL_RUN.trajectories },
    statistics: statisticsOf(createTask(task), table),
    digest,
    extras: [],
    createdAt: 0,
    measures: [],
  };
  return { record, readRecord: async () => record, readTable: async () => table };
}

function chosen(base: RunConfig, { record }: { record: SetRecord }): RunConfig {
  const { id, digest, name, statistics, task } = record;
  const { size, perLevel } = statistics;
  return withLibrarySet(base, { id, digest, name, size, perLevel, task });
}

/** What a run with seed 3 makes for itself. */
function runsOwn(): TrajectoryTable {
  const tables: TrajectoryTable[] = [];
  const task = createTask(SMALL_RUN.task);
  for (const event of generateTables(task, SMALL_RUN.trajectories, SMALL_RUN.seed)) {
    if (event.type === 'chunk') tables.push(event.table);
  }
  return joinTables(tables);
}

async function outcomeOf(config: RunConfig, library?: ReturnType<typeof libraryOf>) {
  const { trainer, store } = smallLab(library ? { library } : {});
  const id = await trainer.start(config);
  await trainer.idle();
  return (await store.readRun(id)).record;
}

/** A task that no preset has: to say which letter comes next. */
function lettersTask(): { task: TaskSettings; table: TrajectoryTable } {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const pairs = [...letters].flatMap((a) => [...letters].map((b) => [a, b] as const));
  const rows = pairs.map(([a, b]) => {
    const next = letters[(letters.indexOf(b) + 1) % 26]!;
    return { prompt: `${a}${b}?`, completion: `${b}#${next}`, answer: next };
  });
  const survey = new OwnSurvey();
  for (const row of rows) survey.add(row);
  const task = survey.settings({ name: 'Letters', answer: { by: 'marker', marker: '#' } });
  const { tokenizer, stopToken } = createTask(task);
  const builder = new TableBuilder();
  for (const { prompt, completion, answer } of rows) {
    builder.add({
      prompt: tokenizer.encode(prompt),
      completion: [...tokenizer.encode(completion), stopToken],
      level: 0,
      answer,
    });
  }
  return { task, table: builder.table() };
}

describe('a run on a set of the library', () => {
  it('gives to the bit what a run gives that makes the same set itself', async () => {
    const library = libraryOf(SMALL_RUN.task, runsOwn());
    const config = chosen(SMALL_RUN, library);
    const own = await outcomeOf(SMALL_RUN);
    const stored = await outcomeOf(config, library);
    expect(stored.status).toBe('finished');
    expect(stored.summary).toEqual(own.summary);
    expect(librarySetOf(stored.config)).toMatchObject({ id: 'set-1', name: 'mine', size: 60 });
  });

  it('refuses a set that is not the one that was chosen', async () => {
    const library = libraryOf(SMALL_RUN.task, runsOwn());
    const config = chosen(SMALL_RUN, library);
    const changed = libraryOf(SMALL_RUN.task, joinTables([runsOwn(), runsOwn()]));
    const { status, failure } = await outcomeOf(config, changed);
    expect(status).toBe('failed');
    expect(failure).toMatch(/The set "mine" is not what it was.*Choose the set again/);
  });

  it('says where it can be started, where there is no library', async () => {
    const config = chosen(SMALL_RUN, libraryOf(SMALL_RUN.task, runsOwn()));
    const { failure } = await outcomeOf(config);
    expect(failure).toMatch(/"mine", a set of the library, and there is no library here/);
    expect(() => prepareMaterials(config)).toThrow(/in the run page of the browser that keeps/);
  });

  it('of a task of the user’s own begins untrained and learns it', async () => {
    const { task, table } = lettersTask();
    const library = libraryOf(task, table);
    const sft = { ...SMALL_RUN.sft, steps: 250, learningRate: 3e-3 };
    const config = chosen({ ...SMALL_RUN, sft }, library);
    const { model, base } = config;
    expect([model.vocabSize, model.contextLength, base]).toEqual([30, 7, 'untrained']);
    const { status, failure, summary } = await outcomeOf(config, library);
    expect([status, failure]).toEqual(['finished', null]);
    expect(summary!.base.score).toBeLessThan(30);
    expect(summary!.final.score).toBeGreaterThan(60);
    // Prompts on which it is measured are in the file too, and are left out of the training.
    expect(summary!.leftOut).toBeGreaterThan(0);
    const { trajectories, task: own } = prepareMaterials(config, table);
    expect(trajectories.responseLengths).toHaveLength(table.rows - summary!.leftOut);
    expect(own.name).toBe('Letters');
  });
});
