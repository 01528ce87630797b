/** All records of an object store: those that can be read, and why the others cannot. */
import { failureOf } from '../errors';
import type { Failure } from '../schema/pieces';
import { storageErrorFrom } from './storage-error';

interface Records {
  getAllKeys(): Promise<string[]>;
  getAll(): Promise<unknown[]>;
}

interface Damaged {
  readonly id: string;
  readonly problem: Failure;
}

/** Reads each record with `parse`; one that it refuses is told of, and keeps none of the others back. */
export async function readAll<T>(
  store: Records,
  parse: (value: unknown, id: string) => T,
): Promise<{ records: T[]; damaged: Damaged[] }> {
  const [ids, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
  const records: T[] = [];
  const damaged: Damaged[] = [];
  ids.forEach((id, i) => {
    try {
      records.push(parse(values[i], id));
    } catch (error) {
      damaged.push({ id, problem: failureOf(storageErrorFrom(error)) });
    }
  });
  return { records, damaged };
}
