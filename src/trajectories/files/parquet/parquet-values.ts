/** Values of Parquet as JSON has them, each to its last digit. */
import type { ParquetParsers, SchemaElement, SchemaTree } from 'hyparquet';
import type { ExtraValue } from '../../table';

/** A decimal as the file has it: an integer, to be shifted by the column's scale. */
interface Unscaled {
  readonly unscaled: bigint;
}

/**
 * The schema with decimals as plain integers, so that the reader does not turn them into doubles that
 * are a bit off (0.3 as 0.30000000000000004); {@link plainValue} shifts them.
 */
export function withExactDecimals(schema: readonly SchemaElement[]): SchemaElement[] {
  return schema.map((element) => {
    if (!isDecimal(element)) return element;
    const { converted_type: _converted, logical_type: _logical, ...plain } = element;
    // Bytes would be decoded as text: what is a UUID goes through a parser of ours.
    const areBytes = element.type === 'BYTE_ARRAY' || element.type === 'FIXED_LEN_BYTE_ARRAY';
    return areBytes ? { ...plain, logical_type: { type: 'UUID' } } : plain;
  });
}

function isDecimal({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL';
}

/** Times with all their digits, texts of JSON that may be broken, and the bytes of decimals. */
export const EXACT_PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => isoTime(BigInt(millis), 3),
  timestampFromMicroseconds: (micros: bigint) => isoTime(BigInt(micros), 6),
  timestampFromNanoseconds: (nanos: bigint) => isoTime(BigInt(nanos), 9),
  dateFromDays: (days: number) =>
    isoTime(BigInt(days) * 86_400n, 0).slice(0, -'T00:00:00.000Z'.length),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && jsonOrText(bytes),
  uuidFromBytes: (bytes: Uint8Array | undefined) => bytes && { unscaled: signedInteger(bytes) },
} as unknown as ParquetParsers;

/** A time in ticks since 1970 of which a second has 10^digits. */
function isoTime(ticks: bigint, digits: number): string {
  const perSecond = BigInt(`1${'0'.repeat(digits)}`);
  const fraction = ((ticks % perSecond) + perSecond) % perSecond;
  const seconds = (ticks - fraction) / perSecond;
  // eslint-disable-next-line no-restricted-globals -- a time that a file holds: no clock is read
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return String(ticks);
  const text = String(fraction).padStart(digits, '0').padEnd(3, '0');
  // As many digits as the time has, but those of a millisecond at least.
  return date
    .toISOString()
    .replace(/\d{3}Z$/, `${text.slice(0, 3)}${text.slice(3).replace(/0+$/, '')}Z`);
}

function jsonOrText(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Big-endian, in two's complement. */
function signedInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

/**
 * How values of a column become as JSON has them: integers beyond 2^53 their digits, times ISO text, null
 * a missing field. Lists and structs are changed where they stand: they are the reader's, and millions.
 */
export function plainReader({ element, children }: SchemaTree): (value: unknown) => ExtraValue {
  if (children.length === 0) return (value) => leafValue(value, element);
  const item = plainItems(children);
  const isMap = element.converted_type === 'MAP' || element.logical_type?.type === 'MAP';
  const fields = plainFields(children, isMap);
  return (value) => {
    if (value === null || value === undefined) return undefined;
    if (Array.isArray(value)) return item(value as ExtraValue[]);
    return typeof value === 'object' ? fields(value as Fields) : (value as ExtraValue);
  };
}

type Fields = Record<string, ExtraValue>;

/** Made at the first list: below a struct there is none, and to make both at each depth is to double it. */
function plainItems(children: readonly SchemaTree[]): (list: ExtraValue[]) => ExtraValue {
  let plain: ((value: unknown) => ExtraValue) | null = null;
  return (list) => {
    plain ??= plainReader(itemOf(children));
    for (let i = 0; i < list.length; i++) list[i] = plain(list[i]) ?? null;
    return list;
  };
}

function plainFields(children: readonly SchemaTree[], isMap: boolean) {
  const named = new Map(children.map((child) => [child.element.name, plainReader(child)]));
  const ofMap = isMap ? children[0]?.children.at(-1) : undefined;
  const plainOfMap = ofMap && plainReader(ofMap);
  return (fields: Fields): ExtraValue => {
    let missing = false;
    for (const name of Object.keys(fields)) {
      const plain = plainOfMap ?? named.get(name);
      if (plain) fields[name] = plain(fields[name]);
      missing ||= fields[name] === undefined;
    }
    if (!missing) return fields;
    return Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined));
  };
}

/** The column of a list's items: below a repeated group of one field, where there is one. */
function itemOf(children: readonly SchemaTree[]): SchemaTree {
  const [group] = children;
  return group!.children.length === 1 ? group!.children[0]! : group!;
}

function leafValue(value: unknown, { scale, type }: SchemaElement): ExtraValue {
  if (value === null || value === undefined) return undefined;
  if (type === 'FLOAT' && typeof value === 'number') return shortestSingle(value);
  if (isUnscaled(value)) {
    // A UUID comes this way too; it has no scale.
    return scale === undefined ? uuidText(value.unscaled) : decimalValue(value.unscaled, scale);
  }
  if (scale !== undefined && (typeof value === 'bigint' || typeof value === 'number')) {
    return decimalValue(BigInt(value), scale);
  }
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value))
    return value.map((each: unknown) => leafValue(each, {} as SchemaElement));
  return value as ExtraValue;
}

function isUnscaled(value: unknown): value is Unscaled {
  return typeof value === 'object' && value !== null && 'unscaled' in value;
}

/** A number where a double has all its digits, else its digits. */
function decimalValue(unscaled: bigint, scale: number): number | string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const fraction = digits.slice(cut).replace(/0+$/, '');
  const text = `${sign}${digits.slice(0, cut)}${fraction === '' ? '' : `.${fraction}`}`;
  return String(Number(text)) === text ? Number(text) : text;
}

function uuidText(unscaled: bigint): string {
  const hex = BigInt.asUintN(128, unscaled).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A single-precision number by as few digits as tell it from others: 0.1, not 0.10000000149011612. */
function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
