import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { Importer } from '../../../src/runtime/sets/importer';
import { Library } from '../../../src/runtime/sets/library';
import type { LibraryNews } from '../../../src/runtime/sets/library-work';
import { measureSet } from '../../../src/runtime/sets/measuring';
import { SetViewer } from '../../../src/runtime/sets/set-viewer';
import { IndexedDbSetStore } from '../../../src/storage';
import { presetNamed } from '../../../src/training/configuration/presets';
import { UNTRAINED_BASE } from '../../../src/training/configuration/run-config';
import { NO_MAPPING } from '../../../src/trajectories/files/mapping/mapping';
import type { ImportedTask } from '../../../src/trajectories/files/read-file';
import type { ImportReport } from '../../../src/trajectories/files/report';
import { NO_FILTER } from '../../../src/trajectories/set-index';
import { SMALL_GRID } from '../../../src/tasks';
import type { DeriveRule } from '../../../src/trajectories/derive';
import { ARITHMETIC, recipe } from '../trajectories/set-examples';
import { freshName, recordCounts } from '../storage/run-examples';

/** A library on a database of its own; its clock makes it report and listen at every chance. */
function freshLibrary() {
  const name = freshName();
  const store = new IndexedDbSetStore({ name });
  const news: LibraryNews[] = [];
  let now = 0;
  const clock = (): number => (now += 100);
  const tell = (one: LibraryNews): void => void news.push(one);
  return {
    name,
    store,
    news,
    library: new Library(store, tell, clock),
    importer: new Importer(store, tell, clock),
  };
}

const REQUEST = { name: 'uniform', task: ARITHMETIC, recipe: recipe(600), seed: 3 };

function file(text: string, name = 'rows.jsonl') {
  return { name, content: new Blob([text]) };
}

/** Reads a file as its first look proposes. */
async function readAs(
  importer: Importer,
  given: ReturnType<typeof file>,
  task: ImportedTask,
): Promise<ImportReport> {
  const { shape, mapping } = await importer.look(given, []);
  return (await importer.read(given, { shape, mapping, task })).report;
}

const arithmetic: ImportedTask = { is: 'known', settings: ARITHMETIC };

const GOOD = '{"prompt": "8*3=", "completion": "*34#4"}\n';

describe('the library', () => {
  it('makes a set and stores it with its origin and statistics, telling how far it is', async () => {
    const { library, store, news } = freshLibrary();
    const record = await library.generate(REQUEST);
    expect(record).toMatchObject({
      name: 'uniform',
      origin: { kind: 'generated', seed: 3, recipe: { size: 600 } },
      statistics: { size: 600, correct: 600, inBenchmark: 0 },
    });
    expect(await store.listSets()).toEqual([record]);
    const activities = new Set(news.map(({ activity }) => activity));
    expect([...activities]).toEqual(['Problems', 'Solutions', 'Statistics']);
    expect(news.every(({ done, total }) => done <= total && total === 600)).toBe(true);
  });

  it('stores nothing of what is cancelled, and goes on with the next', async () => {
    const { library, name, news } = freshLibrary();
    const making = library.generate({ ...REQUEST, recipe: recipe(5000) });
    const cancelled = expect(making).rejects.toMatchObject({ code: 'cancelled' });
    while (news.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    library.cancel();
    await cancelled;
    expect(news.length).toBeLessThan(10);
    expect(await library.generate(REQUEST)).toMatchObject({ name: 'uniform' });
    expect(await recordCounts(name)).toMatchObject({ sets: 1, setChunks: 1 });
  });

  it('does one thing at a time', async () => {
    const { library } = freshLibrary();
    const first = library.generate(REQUEST);
    await expect(library.generate(REQUEST)).rejects.toThrow(/at work: wait/);
    await first;
  });

  it('derives sets that remember their recipe and come out the same from it', async () => {
    const { library } = freshLibrary();
    const source = await library.generate(REQUEST);
    const rule: DeriveRule = { kind: 'subset', size: 100, seed: 1 };
    const part = await library.derive({ name: 'part', sources: [source.id], rule });
    expect(part.origin).toEqual({
      kind: 'derived',
      sources: [{ id: source.id, name: 'uniform', digest: source.digest }],
      rule,
      report: { read: 600, kept: 100, removed: {} },
    });
    const both = { name: 'both', sources: [part.id, source.id], rule: { kind: 'merge' } } as const;
    const merged = await library.derive(both);
    expect(merged.statistics.size).toBe(700);
    for (const { id, digest } of [source, part, merged]) {
      expect(await library.remake(id)).toEqual({ isSame: true, digest });
    }
  });

  it('merges only sets of one task, and derives from something', async () => {
    const { library } = freshLibrary();
    const one = await library.generate(REQUEST);
    const { config } = presetNamed('micro');
    const small = recipe(20, { levels: 'balanced' });
    const other = await library.generate({ ...REQUEST, task: config.task, recipe: small });
    const merge = { name: 'm', rule: { kind: 'merge' } } as const;
    await expect(library.derive({ ...merge, sources: [one.id, other.id] })).rejects.toThrow(
      /different tasks/,
    );
    await expect(library.derive({ ...merge, sources: [] })).rejects.toThrow(/No set was chosen/);
  });

  it('takes what was measured along to what is derived by it', async () => {
    const { library, store } = freshLibrary();
    const { config } = presetNamed('micro');
    const small = recipe(300, { levels: 'balanced' });
    const source = await library.generate({ ...REQUEST, task: config.task, recipe: small });
    await measureSet(
      {
        setId: source.id,
        policy: { kind: 'base', config: { ...config, base: UNTRAINED_BASE } },
        policyName: 'an untrained model',
        settings: { kind: 'loss' },
      },
      {
        environment: {
          createEngine: nodeEngine,
          loadBase: nodeBase,
          holdRun: () => Promise.reject(new Error('No run is made.')),
          now: () => 0,
          library: store,
        },
        store: null,
        listener: () => undefined,
      },
    );
    const [measure] = (await store.readRecord(source.id)).measures;
    expect(measure).toMatchObject({ policy: { name: 'an untrained model' } });
    const { values } = await store.readMeasure(source.id, measure!.id);
    const sorted = values.slice().sort();
    const order = { by: 'measure', measure: measure!.id } as const;
    const rule: DeriveRule = { kind: 'band', band: 'hard', size: 40, order, seed: 0 };
    const hard = await library.derive({ name: 'hard', sources: [source.id], rule });
    const carried = await store.readMeasure(hard.id, measure!.id);
    expect(carried.values.slice().sort()).toEqual(sorted.slice(260));
    expect(hard.measures[0]!.mean).toBeGreaterThan(measure!.mean);
    expect(await library.remake(hard.id)).toMatchObject({ isSame: true });
  });

  it('exports what an import brings back with equal content', async () => {
    const { library, importer } = freshLibrary();
    const source = await library.generate({ ...REQUEST, recipe: recipe(5000) });
    for (const shape of ['prompt-completion', 'messages', 'text'] as const) {
      const { file: content, card } = await library.export(source.id, shape);
      expect(card).toMatchObject({ name: 'uniform', digest: source.digest });
      const task = { is: 'known', settings: card.task } as const;
      const report = await readAs(importer, { name: card.file.name, content }, task);
      expect(report).toMatchObject({ read: 5000, kept: 5000 });
      const back = await importer.keep('back');
      expect(back.digest).toBe(source.digest);
      expect(back.statistics).toEqual(source.statistics);
      await expect(library.remake(back.id)).rejects.toThrow(/file uniform.jsonl: import/);
    }
  });
});

describe('the viewer', () => {
  it('holds one set open, and shows the rows of its last query alone', async () => {
    const { library, store } = freshLibrary();
    const viewer = new SetViewer(store);
    const { id } = await library.generate(REQUEST);
    const other = await library.generate({ ...REQUEST, seed: 4 });
    const { count } = await viewer.query({ id, measure: null }, NO_FILTER);
    expect([count, (await viewer.view(id, 590, 700)).length]).toEqual([600, 10]);
    await viewer.query({ id: other.id, measure: null }, NO_FILTER);
    await expect(viewer.view(id, 0, 1)).rejects.toThrow(/not open/);
    const { prompts, sharedTrajectories } = await viewer.compare(id, id);
    expect(sharedTrajectories).toBeGreaterThanOrEqual(prompts[0]);
  });

  it('compares only sets of one task', async () => {
    const { library, store } = freshLibrary();
    const viewer = new SetViewer(store);
    const first = await library.generate(REQUEST);
    const exact = { skip: 0, error: 0, answerOnly: 0 };
    const paths = { name: 'paths', size: 20, levels: 'balanced', expert: exact } as const;
    const second = await library.generate({
      name: 'paths',
      task: SMALL_GRID,
      recipe: paths,
      seed: 0,
    });
    await expect(viewer.compare(first.id, second.id)).rejects.toThrow(/different tasks/);
  });
});

describe('the importer', () => {
  it('makes no set before it is told to keep the good rows', async () => {
    const { importer, store } = freshLibrary();
    const report = await readAs(importer, file(`${GOOD}{"prompt":\n`), arithmetic);
    expect(report).toMatchObject({ read: 2, kept: 1 });
    expect(await store.listSets()).toEqual([]);
    const record = await importer.keep('mine');
    expect(record.origin).toEqual({
      kind: 'imported',
      file: { name: 'rows.jsonl', bytes: GOOD.length + 11, format: 'jsonl' },
      mapping: { ...NO_MAPPING, prompt: ['prompt'], completion: ['completion'] },
      summary: {
        read: 2,
        kept: 1,
        shape: 'prompt-completion',
        faults: [{ fault: 'broken-json', count: 1 }],
      },
    });
    await expect(importer.keep('again')).rejects.toThrow(/No file has been read/);
  });

  it('keeps nothing when cancelled, or when no row is good', async () => {
    const { importer, store, news } = freshLibrary();
    await expect(importer.keep('x')).rejects.toThrow(/No file has been read/);
    await readAs(importer, file('{}\n'), arithmetic);
    await expect(importer.keep('x')).rejects.toThrow(/The only row of rows.jsonl cannot be kept/);
    const reading = readAs(importer, file(GOOD.repeat(100_000)), arithmetic);
    const cancelled = expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    while (news.length < 6) await new Promise((resolve) => setTimeout(resolve, 1));
    importer.cancel();
    await cancelled;
    await expect(importer.keep('x')).rejects.toThrow(/No file has been read/);
    expect(await store.listSets()).toEqual([]);
  });

  it('knows a file by its content and not by its name', async () => {
    const { importer } = freshLibrary();
    const parquet = file('PAR1 and then nonsense', 'rows.jsonl');
    await expect(importer.look(parquet, [])).rejects.toThrow(/Parquet file cannot be read/);
    const renamed = { name: 'rows.parquet', content: new Blob([GOOD]) };
    expect(await readAs(importer, renamed, arithmetic)).toMatchObject({ kept: 1 });
  });

  it('guesses the task by the first rows, and none where they are of no task', async () => {
    const { importer } = freshLibrary();
    const tasks = [SMALL_GRID, ARITHMETIC];
    expect(await importer.look(file(GOOD + 'no json\n' + GOOD), tasks)).toMatchObject({ task: 1 });
    const strange = file('{"prompt": "a?", "completion": "b"}\n');
    expect(await importer.look(strange, tasks)).toMatchObject({ task: null });
    await expect(importer.look(file(''), tasks)).rejects.toThrow(/0 bytes/);
  });

  it('finds the task of a user’s own file, whose rows then are all good', async () => {
    const { importer } = freshLibrary();
    const rows = ['ab', 'abc', 'b'].map((word) => {
      const reversed = [...word].reverse().join('');
      return JSON.stringify({ text: `${word}>${reversed}#${reversed}` });
    });
    const mine = file(`${rows.join('\n')}\nnot a row\n`);
    const answer = { by: 'marker', marker: '#' } as const;
    const own = (promptEnd: string | null): ImportedTask => ({
      is: 'own',
      options: { name: 'Reversal', answer, promptEnd },
    });
    const request = { ...(await importer.look(mine, [])), task: own('>') };
    const { report, task } = await importer.read(mine, request);
    expect(task).toMatchObject({ characters: '#>abc', promptLength: 4, responseLength: 8 });
    expect(report).toMatchObject({ read: 4, kept: 3 });
    expect(await importer.keep('words')).toMatchObject({ statistics: { correct: 3 } });
    const blind = await readAs(importer, mine, own(null));
    expect(blind).toMatchObject({ read: 4, kept: 0 });
    expect(blind.faults.map(({ fault, count, lines }) => [fault, count, lines])).toEqual([
      ['missing-field', 3, [1, 2, 3]],
      ['broken-json', 1, [4]],
    ]);
    await expect(importer.keep('words')).rejects.toThrow(/None of the 4 rows/);
  });

  it('shows the first rows as they would be read, with the verifier’s word on them', async () => {
    const { importer } = freshLibrary();
    const rows = ['4', '5', null].map((answer) =>
      JSON.stringify({ q: '2+2', a: 'So 4.0', answer }),
    );
    const mine = file(rows.join('\n'));
    const { mapping } = await importer.look(mine, []);
    const preview = (tolerance?: number) =>
      importer.preview({
        shape: 'mapped',
        mapping: { ...mapping, prompt: ['q'], completion: ['a'] },
        task: { is: 'own', options: { name: 'x', answer: { by: 'last-number', tolerance } } },
      });
    expect((await preview()).map(({ text }) => [text?.read, text?.isRight])).toEqual([
      ['4.0', true],
      ['4.0', false],
      ['4.0', true],
    ]);
    expect((await preview(1)).every(({ text }) => text?.isRight)).toBe(true);
  });
});
