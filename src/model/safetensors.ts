/**
 * The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes.
 * Reading trusts nothing: lengths, names, shapes, offsets, gaps and values are checked.
 */
import { LabError } from '../errors';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 8;
/** The format's own limit on the header. */
const MAX_HEADER_BYTES = 100_000_000;
const F32_BYTES = 4;

/** Writes 32-bit float tensors in the given order, without gaps. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const { name, shape, values } of tensors) {
    const end = offset + values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces are allowed at the header's end; they align the data for zero-copy readers.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerLength;
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw new LabError('weights/short', { bytes: bytes.length, least: LENGTH_BYTES });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  const room = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > BigInt(room)) {
    throw new LabError('weights/header-length', { length: String(length), room });
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, dataStart));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new LabError('weights/header-json');
  }
  if (!isRecord(header)) throw new LabError('weights/header-object');
  return { header, dataStart };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCountArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function readEntry(name: string, value: unknown, dataLength: number): Entry {
  if (!isRecord(value)) throw new LabError('weights/entry', { tensor: name });
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32') {
    throw new LabError('weights/dtype', { tensor: name, dtype: JSON.stringify(dtype) });
  }
  if (!isCountArray(shape)) {
    throw new LabError('weights/shape', { tensor: name, shape: JSON.stringify(shape) });
  }
  if (!isCountArray(offsets) || offsets.length !== 2) {
    throw new LabError('weights/offsets', { tensor: name, offsets: JSON.stringify(offsets) });
  }
  const [start, end] = offsets as [number, number];
  if (end > dataLength) {
    throw new LabError('weights/cut-off', { tensor: name, end, length: dataLength });
  }
  const wanted = shape.reduce((product, n) => product * n, F32_BYTES);
  if (end - start !== wanted) {
    throw new LabError('weights/byte-count', {
      tensor: name,
      shape,
      wanted,
      start,
      end,
      given: end - start,
    });
  }
  return { name, shape, start, end };
}

/** The tensors must cover the data once: no gap, no overlap, nothing after the last. */
function checkCoverage(entries: readonly Entry[], dataLength: number): void {
  let covered = 0;
  for (const { name, start, end } of [...entries].sort(
    (a, b) => a.start - b.start || a.end - b.end,
  )) {
    if (start !== covered) {
      const what = start < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new LabError('weights/overlap', { tensor: name, start, what, covered });
    }
    covered = end;
  }
  if (covered !== dataLength) {
    throw new LabError('weights/trailing', { bytes: dataLength - covered });
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new LabError('weights/metadata-object');
  const metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== 'string') {
      throw new LabError('weights/metadata-value', { key, type: typeof entry });
    }
    metadata[key] = entry;
  }
  return metadata;
}

/** Reads a file of 32-bit float tensors; throws an error of `weights` if anything is off. */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const { header, dataStart } = readHeader(bytes);
  const dataLength = bytes.length - dataStart;
  const { __metadata__, ...rest } = header;
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value, dataLength));
  checkCoverage(entries, dataLength);
  const tensors = entries.map(({ name, shape, start, end }) => {
    // Copied, since a header of any length leaves the data unaligned.
    const part = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end));
    const values = new Float32Array(part.buffer);
    const bad = values.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      throw new LabError('weights/not-finite', { tensor: name, value: values[bad]!, index: bad });
    }
    return { name, shape, values };
  });
  return { tensors, metadata: readMetadata(__metadata__) };
}
