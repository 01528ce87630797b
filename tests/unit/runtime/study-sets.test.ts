/** Studies on sets of the library: in the runner, in a bundle, and after the library is gone. */
import 'fake-indexeddb/auto';
import { importOf } from '../../../src/runtime/studies/bundle-content';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { endingSentence } from '../../../src/words/en/reasons/run-reasons';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { StudyRunner } from '../../../src/runtime/studies/runner';
import type { StudyLibrary } from '../../../src/runtime/studies/study-rows';
import { IndexedDbStudyStore } from '../../../src/storage';
import { openDatabase } from '../../../src/storage/database';
import { packArchive, readArchive } from '../../../src/studies/bundle/archive';
import type { StudyConfig } from '../../../src/studies/study-config';
import { writeSetText } from '../../../src/studies/study-sets';
import { presetNamed } from '../../../src/training/configuration/presets';
import { MortalTrainers, NO_LIBRARY, SMALL_ENVIRONMENT, SMALL_STUDY } from './small-study';
import { onLibrarySet } from './study-set-examples';

const MADE_AT = Date.UTC(2026, 0, 1);
let databases = 0;

function runnerWith(
  library: StudyLibrary,
  store = new IndexedDbStudyStore({ name: `study-sets-${(databases += 1)}` }),
  trainers = new MortalTrainers(),
) {
  return new StudyRunner({
    store,
    library,
    trainers,
    environment: { createEngine: nodeEngine, loadBase: nodeBase, now: () => performance.now() },
    hold: async () => () => undefined,
    live: async () => new Set(),
    origin: () => ({ lab: 'test', madeAt: MADE_AT }),
    draw: () => ({ figures: new Map(), fits: null }),
  });
}

async function finish(runner: StudyRunner, id: string) {
  const finished = new Promise<void>((resolve) => {
    void runner.listen((news) => {
      if (news.type === 'progress' && news.progress.status === 'finished') resolve();
    });
  });
  await runner.start(id, 1);
  await finished;
  return runner.results(id);
}

/** One set that the study makes itself, and SFT alone on it. */
const MADE: StudyConfig = {
  ...SMALL_STUDY,
  sets: SMALL_STUDY.sets.slice(0, 1).map((set) => ({ ...set, branches: ['half'] })),
};
const { libraryOf, study: STORED } = onLibrarySet(MADE);
const library = libraryOf();

describe('a study on a set of the library', () => {
  it('finds what the study finds that makes the same set, also when the library has lost it', async () => {
    const made = runnerWith(NO_LIBRARY);
    const expected = await finish(made, (await made.create(MADE)).id);

    const store = new IndexedDbStudyStore({ name: 'study-sets-kept' });
    const { id } = await runnerWith(library, store).create(STORED);
    const found = await finish(runnerWith(NO_LIBRARY, store), id);
    const scores = ({ cells }: typeof found) => cells.map(({ track, atEnd }) => [track, atEnd]);
    expect(scores(found)).toEqual(scores(expected));
    expect(found.trunks[0]!.validation).toEqual(expected.trunks[0]!.validation);
    expect(found.cells[0]!.cell.set).toMatchObject({
      name: 'mine',
      size: MADE.sets[0]!.recipe.size,
    });
  });

  it('goes on with rows that were kept as text, as the first versions did', async () => {
    const name = 'study-sets-text';
    const store = new IndexedDbStudyStore({ name });
    const { id } = await runnerWith(library, store).create(STORED);
    const { digest } = STORED.run.librarySet!;
    const text = writeSetText(STORED, (await store.keeper(id).readSet(digest))!);
    const database = await openDatabase({ name, onClosed: () => undefined });
    const key = { studyId: id, kind: 'set', job: digest, step: 0 };
    await database.put('studyWork', { ...key, value: text });
    database.close();

    expect(await store.readSet(digest)).toEqual(await library.readTable('set-1'));
    const { files } = readArchive(await runnerWith(NO_LIBRARY, store).exportBundle(id));
    expect(strFromU8(files.get('sets/mine.jsonl')!)).toBe(text);
  });

  it('is exported for a trainer with the rows that it keeps, without the library', async () => {
    const store = new IndexedDbStudyStore({ name: 'study-sets-export' });
    const { run } = STORED;
    const study = { ...STORED, run: { ...run, rl: { ...run.rl, minibatches: 1 } } };
    const { id } = await runnerWith(library, store).create(study);
    const runner = runnerWith(NO_LIBRARY, store);
    const bytes = await runner.exportForTrainer(id, { trainer: 'trl', model: 'theirs/model' });
    const files = unzipSync(bytes);
    const folder = `${STORED.name}-trl`;
    const { model, runs } = JSON.parse(strFromU8(files[`${folder}/plan.json`]!)) as {
      model: string;
      runs: { sft: { data: string; size: number }[] };
    };
    expect(model).toBe('theirs/model');
    const { data, size } = runs.sft[0]!;
    const rows = strFromU8(files[`${folder}/${data}`]!).trim().split('\n');
    expect(rows).toHaveLength(size);
    const { prompt } = JSON.parse(rows[0]!) as { prompt: { content: string }[] };
    const text = writeSetText(STORED, (await store.readSet(STORED.run.librarySet!.digest))!);
    expect(text).toContain(`"prompt":${JSON.stringify(prompt[0]!.content)}`);
  });

  it('keeps a cell that diverges with all that it had measured, and runs it once', async () => {
    let steps = 0;
    const trainers = new MortalTrainers({
      ...SMALL_ENVIRONMENT,
      // The SFT run takes 20 steps; the cells after it get no further than two.
      createEngine: async (...wish) => {
        const made = await SMALL_ENVIRONMENT.createEngine(...wish);
        const step = made.engine.step.bind(made.engine);
        made.engine.step = async (...batch) => {
          const metrics = await step(...batch);
          return (steps += 1) > 22 ? { ...metrics, loss: NaN } : metrics;
        };
        return made;
      },
    });
    const runner = runnerWith(library, undefined, trainers);
    const { cells, missing } = await finish(runner, (await runner.create(STORED)).id);
    expect(missing).toEqual([]);
    expect(cells).toHaveLength(2);
    for (const { status, failure, track, atEnd } of cells) {
      expect(status).toBe('diverged');
      expect(endingSentence(failure!)).toMatch(/^At (SFT|RL) step \d+: The loss is NaN/);
      expect(track.at(-1)!.performance).toBe(atEnd.score);
    }
    const branch = cells.find((cell) => cell.branch !== null)!;
    expect(branch.track.map(({ stage }) => stage)).toContain('sft');
    expect(branch.compute.sft).toBeGreaterThan(0);
    expect(trainers.opened).toBe(1);
  });

  it('has it in its bundle, from which it can be run elsewhere', async () => {
    const runner = runnerWith(library);
    const { id } = await runner.create(STORED);
    const bundle = await runner.exportBundle(id);
    const row = strFromU8(readArchive(bundle).files.get('sets/mine.jsonl')!).split('\n')[0]!;
    expect(JSON.parse(row)).toMatchObject({
      prompt: expect.any(String),
      level: expect.any(Number),
    });

    const elsewhere = runnerWith(NO_LIBRARY);
    await expect(elsewhere.create(STORED)).rejects.toThrow(
      /"mine", a set of the library that this browser does not have.*Import the set's file/,
    );
    const imported = await elsewhere.import(importOf(bundle));
    expect((await finish(elsewhere, imported.id)).cells).toHaveLength(2);
    // What a kept study has, the next one can use.
    await elsewhere.create({ ...STORED, seeds: [7] });
  });

  it.each<[string, (text: string) => string | null, RegExp]>([
    ['without its rows', () => null, /has no "sets\/mine.jsonl"/],
    ['with a row less', (text) => text.replace(/.*\n/, ''), /are not those that the study names/],
    ['with a row that is none', (text) => `{"prompt": 3}\n${text}`, /Line 1 of the set "mine"/],
  ])('is refused in a bundle %s', async (_what, change, problem) => {
    const runner = runnerWith(library);
    const { about, files } = readArchive(
      await runner.exportBundle((await runner.create(STORED)).id),
    );
    const text = change(strFromU8(files.get('sets/mine.jsonl')!));
    const others = [...files].filter(([path]) => path !== 'sets/mine.jsonl');
    const changed = new Map(others);
    if (text !== null) changed.set('sets/mine.jsonl', new TextEncoder().encode(text));
    expect(() => importOf(packArchive({ about, files: changed }, MADE_AT))).toThrow(problem);
  });

  it('is refused where the set is of another task, or of another size than the study says', async () => {
    const { task } = presetNamed('laptop').config;
    await expect(runnerWith(libraryOf(task)).requireSets(STORED)).rejects.toThrow(
      /"mine" belongs to another task/,
    );
    const [set] = STORED.sets;
    const sets = [{ ...set!, recipe: { ...set!.recipe, size: 7 } }];
    await expect(
      runnerWith(library).requireSets({ ...STORED, sets, paradigms: [] }),
    ).rejects.toThrow(/"mine" of the library has \d+ trajectories, .*the study says 7/);
  });
});
