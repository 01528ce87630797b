/**
 * The lab's data as bytes: JSON and typed arrays, and nothing else can be in them. What JSON loses comes
 * back as it was: NaN, infinities, −0 and undefined. Arrays of zeros take no room.
 *
 * Layout: the length of the header (4 bytes, little-endian), the header as JSON, and then the arrays,
 * each at a multiple of 8 bytes.
 */

const KINDS = {
  f32: Float32Array,
  f64: Float64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
} as const;

/** Data that has no form as bytes, or bytes that are none of the lab's. */
class PackError extends Error {
  override readonly name = 'PackError';
}

type Kind = keyof typeof KINDS;
type TypedArray = InstanceType<(typeof KINDS)[Kind]>;

/** Where an array lies; `at` is null for one of zeros. */
type Place = readonly [kind: Kind, length: number, at: number | null];

interface Header {
  readonly value: unknown;
  readonly arrays: readonly Place[];
}

/** The key of an object that stands for what JSON does not have. */
const MARK = '$';
const ALIGNMENT = 8;

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function isZero(array: TypedArray): boolean {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** What has another prototype would come back as something else. */
function requirePlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  throw new PackError(`no form for a ${Object.prototype.toString.call(value)}`);
}

class Packer {
  readonly places: Place[] = [];
  readonly arrays: { readonly array: TypedArray; readonly at: number }[] = [];
  #end = 0;

  encode(value: unknown): unknown {
    if (typeof value === 'number') {
      const isPlain = Number.isFinite(value) && !Object.is(value, -0);
      return isPlain
        ? value
        : { [MARK]: 'number', is: Object.is(value, -0) ? '-0' : String(value) };
    }
    if (value === undefined) return { [MARK]: 'undefined' };
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((each: unknown) => this.encode(each));
    if (ArrayBuffer.isView(value))
      return { [MARK]: 'array', index: this.#place(value as TypedArray) };
    requirePlain(value);
    const entries = Object.entries(value).map(([key, each]) => [key, this.encode(each)] as const);
    return MARK in value ? { [MARK]: 'object', entries } : Object.fromEntries(entries);
  }

  #place(array: TypedArray): number {
    const found = Object.entries(KINDS).find(([, kind]) => array instanceof kind);
    if (!found) throw new PackError(`no form for a ${Object.prototype.toString.call(array)}`);
    const at = isZero(array) ? null : this.#end;
    this.places.push([found[0] as Kind, array.length, at]);
    if (at !== null) {
      this.arrays.push({ array, at });
      this.#end = aligned(at + array.byteLength);
    }
    return this.places.length - 1;
  }
}

/** The bytes of a value. */
export function pack(value: unknown): Uint8Array {
  const packer = new Packer();
  const encoded = packer.encode(value);
  const header = new TextEncoder().encode(
    JSON.stringify({ value: encoded, arrays: packer.places } satisfies Header),
  );
  const begin = aligned(4 + header.length);
  const last = packer.arrays.at(-1);
  const bytes = new Uint8Array(begin + (last ? last.at + last.array.byteLength : 0));
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  for (const { array, at } of packer.arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), begin + at);
  }
  return bytes;
}

/** The value of {@link pack}'s bytes, unchecked; throws where they are none. */
export function unpack(bytes: Uint8Array): unknown {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const { value, arrays } = JSON.parse(text) as Header;
  const begin = aligned(4 + length);
  const made = arrays.map(([kind, count, at]) => {
    const array = new KINDS[kind](count);
    if (at === null) return array;
    const source = bytes.subarray(begin + at, begin + at + array.byteLength);
    new Uint8Array(array.buffer).set(source);
    if (source.length < array.byteLength) throw new PackError('an array is cut short');
    return array;
  });
  return decode(value, made);
}

function decode(value: unknown, arrays: readonly TypedArray[]): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((each: unknown) => decode(each, arrays));
  const marked = value as Readonly<Record<string, unknown>>;
  switch (marked[MARK]) {
    case undefined:
      return fromEntries(Object.entries(value), arrays);
    case 'number':
      return NUMBERS.get(String(marked.is));
    case 'undefined':
      return undefined;
    case 'array':
      return arrays[Number(marked.index)];
    case 'object':
      return fromEntries(marked.entries as [string, unknown][], arrays);
    default:
      throw new PackError('an unknown mark');
  }
}

function fromEntries(
  entries: readonly (readonly [string, unknown])[],
  arrays: readonly TypedArray[],
): unknown {
  return Object.fromEntries(entries.map(([key, each]) => [key, decode(each, arrays)]));
}
