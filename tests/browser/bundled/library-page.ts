/** What `library.spec.ts` does within a page, through the library worker. Bundled and loaded there. */
import '../../../src/words/en/speak';
import type { LabError } from '../../../src/errors';
import * as Comlink from '../../../src/runtime/remote';
import { connect, type Connection } from '../../../src/runtime/workers/connect';
import { NO_MAPPING, type FieldMapping } from '../../../src/trajectories/files/mapping/mapping';
import type { ReadRequest } from '../../../src/trajectories/files/read-file';
import { presetNamed, setNamed } from '../../../src/training/configuration/presets';

const laptop = presetNamed('laptop');

function open<Role extends 'library' | 'reader'>(role: Role): Connection<Role>['api'] {
  const worker = new Worker('./library.js', { type: 'module' });
  return connect(worker, role, location.href).api;
}

function large(size: number) {
  const recipe = { ...setNamed(laptop, 'uniform'), size };
  return { name: 'large', task: laptop.config.task, recipe, seed: 0 };
}

/** Generates, stores and lists a large set; says what the page heard of it. */
export async function makeLarge(size: number) {
  const library = open('library');
  await library.store.listSets();
  let news = 0;
  await library.listen(Comlink.proxy(() => void (news += 1)));
  const { id } = await library.maker.generate(large(size));
  const sets = await library.store.listSets();
  const last = await library.store.readRows(id, size - 1, size);
  return { news, listed: sets.map((set) => set.statistics.size), last: last.rows };
}

/** A request for rows of the laptop task. */
function rowsOfLaptop(mapping: Partial<FieldMapping>): ReadRequest {
  const task = { is: 'known', settings: laptop.config.task } as const;
  return { shape: 'mapped', mapping: { ...NO_MAPPING, ...mapping }, task };
}

const PAIRS = { prompt: ['prompt'], completion: ['completion'] };

/** Exports a set, imports the file, and tells both digests and what is in the list. */
export async function roundTrip() {
  const library = open('library');
  const made = await library.maker.generate(large(3000));
  const { file, card } = await library.maker.export(made.id, 'messages');
  const request = rowsOfLaptop({ messages: 'messages', level: 'level', answer: 'answer' });
  const exported = { name: card.file.name, content: file };
  const { importer } = open('reader');
  const { report } = await importer.read(exported, request);
  const back = await importer.keep('back');
  const names = (await library.store.listSets()).map(({ name }) => name);
  return { digests: [made.digest, back.digest], kept: report.kept, names: names.sort() };
}

/** Cancels a making and an import half way; tells how they ended and what is stored. */
export async function cancelBoth() {
  const library = open('library');
  const messageOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'finished',
      (error: LabError) => `${error.code}: ${error.message}`,
    );
  const reader = open('reader');
  await library.listen(Comlink.proxy(() => void library.cancel()));
  await reader.listen(Comlink.proxy(() => void reader.importer.cancel()));
  const generated = await messageOf(library.maker.generate(large(200_000)));
  const line = '{"prompt": "8*3=", "completion": "*34#4"}\n';
  const content = new Blob([line.repeat(200_000)]);
  const request = rowsOfLaptop(PAIRS);
  const imported = await messageOf(reader.importer.read({ name: 'a.jsonl', content }, request));
  const sets = (await library.store.listSets()).length;
  return { generated, imported, sets, chunks: await countChunks() };
}

/** Chunks of trajectories in the database, whether a set has them or not. */
function countChunks(): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('plasticity-lab');
    opening.onerror = () => reject(new Error('The database cannot be opened.'));
    opening.onsuccess = () => {
      const chunks = opening.result.transaction('setChunks').objectStore('setChunks');
      const counting = chunks.count();
      counting.onsuccess = () => resolve(counting.result);
    };
  });
}

/** Imports rows of about 150 bytes; tells how many of them are kept. */
export async function importMany(rows: number) {
  const { importer } = open('reader');
  const line = (i: number): string => {
    const [a, b] = [i % 10, Math.floor(i / 10) % 10];
    const row = { prompt: `${a}+${b}=`, completion: `+${b}${(a + b) % 10}#${(a + b) % 10}`, id: i };
    return `${JSON.stringify({ ...row, note: 'x'.repeat(80) })}\n`;
  };
  const parts: string[] = [];
  for (let i = 0; i < rows; i += 10_000) {
    parts.push(Array.from({ length: 10_000 }, (_, j) => line(i + j)).join(''));
  }
  const content = new Blob(parts);
  const file = { name: 'many.jsonl', content };
  const { report } = await importer.read(file, rowsOfLaptop(PAIRS));
  const { statistics } = await importer.keep('many');
  return { kept: report.kept, size: statistics.size, bytes: content.size };
}
