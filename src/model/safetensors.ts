/**
 * The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes.
 * Reading trusts nothing: lengths, names, shapes, offsets, gaps and values are checked.
 */

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not what it should be; the message names the place and what was expected. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
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
    throw new SafetensorsError(
      `The file has ${bytes.length} bytes; a safetensors file has at least ${LENGTH_BYTES}. It may be empty or cut off.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  const room = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > BigInt(room)) {
    throw new SafetensorsError(
      `The header says it is ${length} bytes long, but at most ${room} follow. The file is cut off or is no safetensors file.`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, dataStart));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new SafetensorsError(
      'The header is not JSON. The file is damaged or is no safetensors file.',
    );
  }
  if (!isRecord(header)) throw new SafetensorsError('The header is not a JSON object.');
  return { header, dataStart };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCountArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function readEntry(name: string, value: unknown, dataLength: number): Entry {
  if (!isRecord(value))
    throw new SafetensorsError(`The entry of tensor "${name}" is not an object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32') {
    throw new SafetensorsError(
      `Tensor "${name}" has dtype ${JSON.stringify(dtype)}; only F32 is read.`,
    );
  }
  if (!isCountArray(shape)) {
    throw new SafetensorsError(
      `Tensor "${name}" has shape ${JSON.stringify(shape)}; expected integers from 0.`,
    );
  }
  if (!isCountArray(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(
      `Tensor "${name}" has data_offsets ${JSON.stringify(offsets)}; expected [start, end].`,
    );
  }
  const [start, end] = offsets as [number, number];
  if (end > dataLength) {
    throw new SafetensorsError(
      `Tensor "${name}" ends at byte ${end}, but the data has ${dataLength}. The file is cut off.`,
    );
  }
  const wanted = shape.reduce((product, n) => product * n, F32_BYTES);
  if (end - start !== wanted) {
    throw new SafetensorsError(
      `Tensor "${name}" of shape [${shape.join(', ')}] needs ${wanted} bytes; its offsets [${start}, ${end}] give ${end - start}.`,
    );
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
      throw new SafetensorsError(
        `Tensor "${name}" starts at byte ${start} and ${what}, which ends at ${covered}.`,
      );
    }
    covered = end;
  }
  if (covered !== dataLength) {
    throw new SafetensorsError(
      `${dataLength - covered} bytes follow the last tensor; none should.`,
    );
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new SafetensorsError('__metadata__ is not an object.');
  const metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== 'string') {
      throw new SafetensorsError(
        `__metadata__ "${key}" is ${typeof entry}; every value must be a string.`,
      );
    }
    metadata[key] = entry;
  }
  return metadata;
}

/** Reads a file of 32-bit float tensors; throws {@link SafetensorsError} if anything is off. */
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
      throw new SafetensorsError(
        `Tensor "${name}" holds ${values[bad]} at index ${bad}; weights must be finite numbers.`,
      );
    }
    return { name, shape, values };
  });
  return { tensors, metadata: readMetadata(__metadata__) };
}
