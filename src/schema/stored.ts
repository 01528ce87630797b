/** How what was stored is read: its upgrades first, then its schema. */
import * as v from 'valibot';
import { upgraded, type StoredShape } from './upgrades';

/** One kind of stored data. */
export interface StoredForm<T> {
  /** By which its upgrades are found. */
  readonly shape: StoredShape;
  /** In the format of today. */
  readonly schema: v.GenericSchema<unknown, T>;
}

export function storedAs<T>(
  shape: StoredShape,
  schema: v.GenericSchema<unknown, T>,
): StoredForm<T> {
  return { shape, schema };
}

/**
 * The value, or what is wrong with it; throws `storage/newer-format` where a later version wrote it.
 * @param format number of its format, where it does not carry it itself
 */
export function readStored<T>({ shape, schema }: StoredForm<T>, value: unknown, format?: number) {
  return v.safeParse(schema, upgraded(shape, value, format));
}
