/**
 * What is too large for a queue, in a folder that study and workers share: files named by the hash of
 * their content, which is checked when one is read. A file is there whole or not at all.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { messageOf } from '../../errors';
import { QUEUE_WORDS } from '../../words/en/queue';
import { pack, unpack } from './pack';
import { QueueError } from './queue-error';

export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Data as a job or a result carries it: in itself, or the hash of the file that has it. */
export const parcel = v.union([v.object({ text: v.string() }), v.object({ file: hash })]);
export type Parcel = v.InferOutput<typeof parcel>;

/**
 * Bytes of a parcel's text. PGlite's socket server mixes the statements of two clients whose parameters
 * are large, seen from 200 kB on and not at 100 kB; text that is quoted once more may take twice the room.
 */
const MOST_TEXT = 16_000;

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export class SharedFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder; throws where nothing can be kept in it. */
  async open(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      const probe = path.join(this.folder, `probe-${randomUUID()}`);
      await writeFile(probe, '');
      await rm(probe);
    } catch (error) {
      const { folder } = this;
      throw new QueueError(QUEUE_WORDS.badFiles({ folder, reason: messageOf(error) }));
    }
  }

  /** Keeps bytes, once however often they come; returns their hash. */
  async put(bytes: Uint8Array): Promise<string> {
    const name = sha256(bytes);
    const file = this.pathOf(name);
    const there = await stat(file).catch(() => null);
    if (there?.size === bytes.length) return name;
    const partial = `${file}.${randomUUID()}`;
    await writeFile(partial, bytes);
    await rename(partial, file);
    return name;
  }

  /** The bytes with this hash; null where they are not there, or are others. */
  async get(name: string): Promise<Uint8Array | null> {
    const bytes = await readFile(this.pathOf(name)).catch(() => null);
    return bytes && sha256(bytes) === name ? bytes : null;
  }

  keep(value: unknown): Promise<string> {
    return this.put(pack(value));
  }

  /** A value that {@link keep} has kept, as its schema says; null where it is missing or another thing. */
  async read<T>(name: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
    const bytes = await this.get(name);
    return bytes && checked(bytes, schema);
  }

  /** A value for the queue: in a file where it is large. */
  async send(value: unknown): Promise<Parcel> {
    const bytes = pack(value);
    // The header's text is all of it where there are no arrays.
    return bytes.length > MOST_TEXT
      ? { file: await this.put(bytes) }
      : { text: Buffer.from(bytes).toString('base64') };
  }

  /** What {@link send} sent, as its schema says; null where it is missing or another thing. */
  async receive<T>(sent: Parcel, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
    if ('file' in sent) return this.read(sent.file, schema);
    return checked(Buffer.from(sent.text, 'base64'), schema);
  }

  async remove(names: Iterable<string>): Promise<void> {
    for (const name of names) await rm(this.pathOf(name), { force: true });
  }

  pathOf(name: string): string {
    return path.join(this.folder, `${name}.bin`);
  }
}

/** The value as it is, keys in their order: what a study keeps of it is the same text to the byte. */
function checked<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>): T | null {
  try {
    const value = unpack(bytes);
    return v.is(schema, value) ? (value as T) : null;
  } catch {
    return null;
  }
}
