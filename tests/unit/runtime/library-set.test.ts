/** Runs on sets of the library. */
import { describe, expect, it } from 'vitest';
import { endingSentence } from '../../../src/words/en/reasons/run-reasons';
import { generateTables } from '../../../src/trajectories/generate';
import { digestOf } from '../../../src/trajectories/digest';
import type { DifficultyMeasure } from '../../../src/trajectories/difficulty';
import { joinTables, TableBuilder, type TrajectoryTable } from '../../../src/trajectories/table';
import type { SetRecord } from '../../../src/runtime/stores/sets';
import { createTask, OwnSurvey, type TaskSettings } from '../../../src/tasks';
import { statisticsOf } from '../trajectories/statistics-of';
import { librarySetOf, withLibrarySet } from '../../../src/training/data/library-set';
import { prepareDatasets } from '../../../src/training/data/datasets';
import type { RunConfig } from '../../../src/training/configuration/run-config';
import { Trainer } from '../../../src/runtime/runs/trainer';
import { SMALL_RUN, smallLab } from './small-run';

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
  return {
    record,
    measures: [] as DifficultyMeasure[],
    listSets: async () => [record],
    readRecord: async () => record,
    readTable: async () => table,
    async saveMeasure(_id: string, measure: DifficultyMeasure) {
      this.measures.push(measure);
      return record;
    },
  };
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
    expect(endingSentence(failure!)).toMatch(
      /no longer has what "mine" held.*Bring it back under Trajectories/,
    );
  });

  it('stays as it was where its set is gone, and goes on when the set is back', async () => {
    const library = libraryOf(SMALL_RUN.task, runsOwn());
    const { trainer, store, heard, environment, listener } = smallLab({ library });
    const begun = heard(({ type }) => type === 'progress');
    const id = await trainer.start(chosen(SMALL_RUN, library));
    await begun;
    await trainer.stop();
    await trainer.idle();
    const without = libraryOf(SMALL_RUN.task, joinTables([runsOwn(), runsOwn()]));
    const other = new Trainer({ ...environment, library: without }, store, listener);
    await expect(other.resume(id)).rejects.toThrow(/no longer has what "mine" held/);
    expect((await store.readRun(id)).record.status).toBe('stopped');
    await trainer.resume(id);
    await trainer.idle();
    expect((await store.readRun(id)).record.status).toBe('finished');
  });

  it('says where it can be started, where there is no library', async () => {
    const config = chosen(SMALL_RUN, libraryOf(SMALL_RUN.task, runsOwn()));
    const { failure } = await outcomeOf(config);
    expect(endingSentence(failure!)).toMatch(
      /"mine", a set of the library, and there is no library here/,
    );
    expect(() => prepareDatasets(config)).toThrow(/in the run page of the browser that keeps/);
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
    const { trajectories, task: own } = prepareDatasets(config, table);
    expect(trajectories.completionLengths).toHaveLength(table.rows - summary!.leftOut);
    expect(own.name).toBe('Letters');
  });
});

describe('the difficulty of a set', () => {
  const settings = { kind: 'failure-rate', samples: 3, temperature: 1, seed: 0 } as const;
  const base = { kind: 'base', config: SMALL_RUN } as const;
  const request = { setId: 'set-1', policy: base, policyName: 'base micro', settings };

  it('is measured in the trainer under a base and under a run’s checkpoint, and stored', async () => {
    const library = libraryOf(SMALL_RUN.task, runsOwn());
    const { trainer } = smallLab({ library });
    const news: number[] = [];
    await trainer.measure(request, (done) => news.push(done));
    const runId = await trainer.start(SMALL_RUN);
    await trainer.idle();
    const policy = { kind: 'checkpoint', runId, slot: 'final' } as const;
    const name = { policyName: 'micro, after RL', policy };
    await trainer.measure({ ...request, ...name }, () => {});
    await trainer.measure({ ...request, ...name, settings: { kind: 'loss' } }, () => {});
    const [first, second, loss] = library.measures;
    expect([first!.policy.name, second!.policy.name]).toEqual(['base micro', 'micro, after RL']);
    expect(first!.policy.digest).not.toBe(second!.policy.digest);
    expect(first!.values).toHaveLength(60);
    expect([...first!.values].every((rate) => [0, 1, 2, 3].includes(Math.round(3 * rate)))).toBe(
      true,
    );
    expect(loss!.values.every((value) => value > 0)).toBe(true);
  });

  it('is refused where the rows are not those of the set', async () => {
    const library = libraryOf(SMALL_RUN.task, runsOwn(), 'of other rows');
    const { trainer } = smallLab({ library });
    await expect(trainer.measure(request, () => {})).rejects.toMatchObject({
      code: 'library/set-changed',
    });
    expect(library.measures).toEqual([]);
  });

  it('keeps runs waiting, and leaves nothing when it is cancelled', async () => {
    const library = libraryOf(SMALL_RUN.task, runsOwn());
    const { trainer } = smallLab({ library });
    const many = { ...request, settings: { ...settings, samples: 1000 } };
    const measuring = trainer.measure(many, () => void trainer.cancelMeasure());
    await expect(trainer.start(SMALL_RUN)).rejects.toThrow(/being measured/);
    await expect(measuring).rejects.toThrow('Cancelled. Nothing was stored.');
    expect(library.measures).toEqual([]);
    await trainer.measure(request, () => {});
    expect(library.measures).toHaveLength(1);
  });
});
