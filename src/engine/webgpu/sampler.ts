/**
 * Rollouts on the GPU: the prompts go up once, tokens and log-probabilities come down once. Rows are
 * cut in pieces where their keys and values would take too much memory; the random stream knows
 * rows by their place in the request, so pieces draw what the whole would.
 */
import type { ModelConfig } from '../../model/config';
import type { SampleRequest, SampleResult } from '../engine';
import { streamsOf } from '../sampling';
import { DRAWN_WORD, ROLLOUT_BYTES, ROW_WORDS } from './kernels/draw';
import type { PendingRead, Readback } from './memory';

/** Positions per dispatch: a dispatch stays well under the seconds after which a driver gives up. */
export const CHUNK = 16;
/** WebGPU's largest alignment of a bound uniform's offset. */
export const UNIFORM_SLOT = 256;

/** Buffers that hold a piece of a request, sized for `capacity` rows. */
export interface RolloutBuffers {
  readonly rowStates: GPUBuffer;
  readonly sequence: GPUBuffer;
  readonly logProbs: GPUBuffer;
  /** A slot of {@link UNIFORM_SLOT} bytes per chunk. */
  readonly uniform: GPUBuffer;
}

/** One way to run a rollout's dispatches over {@link RolloutBuffers}. */
export interface RolloutPath {
  readonly capacity: number;
  readonly buffers: RolloutBuffers;
  /** Dispatches for a piece of `rows` rows that reads `positions` positions. */
  dispatches(rows: number, positions: number): number;
  /** Encodes the positions of chunk `chunk`. */
  encode(pass: GPUComputePassEncoder, rows: number, chunk: number, positions: number): void;
  destroy(): void;
}

/** A piece of a request: rows `from` to `to`. */
interface Piece {
  readonly request: SampleRequest;
  readonly from: number;
  readonly to: number;
}

/** Positions that a request reads: the last drawn token is not read again. */
function positionsOf({ promptLength, maxNewTokens }: SampleRequest): number {
  return promptLength + maxNewTokens - 1;
}

function uploadPiece(
  device: GPUDevice,
  { contextLength }: ModelConfig,
  buffers: RolloutBuffers,
  { request, from, to }: Piece,
): void {
  const { promptLength, prompts, promptLengths } = request;
  const rows = to - from;
  const streams = streamsOf(request);
  const states = new Uint32Array(rows * ROW_WORDS);
  const sequence = new Uint32Array(rows * contextLength);
  for (let row = 0; row < rows; row++) {
    states.set(
      [promptLengths?.[from + row] ?? promptLength, streams[from + row]!],
      row * ROW_WORDS,
    );
    const start = (from + row) * promptLength;
    sequence.set(prompts.subarray(start, start + promptLength), row * contextLength);
  }
  device.queue.writeBuffer(buffers.rowStates, 0, states);
  device.queue.writeBuffer(buffers.sequence, 0, sequence);
  device.queue.writeBuffer(buffers.uniform, 0, chunkUniforms(request, rows));
}

/** The uniform of every chunk, one slot each. */
function chunkUniforms(request: SampleRequest, rows: number): ArrayBuffer {
  const { temperature, maxNewTokens, stopToken } = request;
  const positions = positionsOf(request);
  const chunks = Math.ceil(positions / CHUNK);
  const bytes = new ArrayBuffer(chunks * UNIFORM_SLOT);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const integers = new Uint32Array(bytes, chunk * UNIFORM_SLOT, ROLLOUT_BYTES / 4);
    const begin = chunk * CHUNK;
    const end = Math.min(begin + CHUNK, positions);
    const greedy = temperature > 0 ? 0 : 1;
    integers.set([rows, begin, end, maxNewTokens, stopToken, greedy]);
    new Float32Array(bytes, chunk * UNIFORM_SLOT + 24, 1)[0] = greedy ? 1 : 1 / temperature;
  }
  return bytes;
}

/** Reads of a piece that has been submitted. */
interface PieceReads {
  readonly states: PendingRead;
  readonly sequence: PendingRead;
  readonly logProbs: PendingRead;
}

/** Uploads and submits a piece. */
export function submitPiece(
  device: GPUDevice,
  config: ModelConfig,
  path: RolloutPath,
  readback: Readback,
  piece: Piece,
): PieceReads {
  uploadPiece(device, config, path.buffers, piece);
  const rows = piece.to - piece.from;
  const positions = positionsOf(piece.request);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let chunk = 0; chunk * CHUNK < positions; chunk++) {
    path.encode(pass, rows, chunk, Math.min(CHUNK, positions - chunk * CHUNK));
  }
  pass.end();
  const { rowStates, sequence, logProbs } = path.buffers;
  const bytes = 4 * rows * config.contextLength;
  const reads = {
    states: readback.copy(encoder, rowStates, 4 * rows * ROW_WORDS),
    sequence: readback.copy(encoder, sequence, bytes),
    logProbs: readback.copy(encoder, logProbs, bytes),
  };
  device.queue.submit([encoder.finish()]);
  return reads;
}

/** Copies a finished piece into the result. */
export async function collectPiece(
  { contextLength }: ModelConfig,
  reads: PieceReads,
  { request, from, to }: Piece,
  result: SampleResult,
): Promise<void> {
  const [states, sequence, logProbs] = await Promise.all([
    reads.states.bytes().then((bytes) => new Uint32Array(bytes)),
    reads.sequence.bytes().then((bytes) => new Int32Array(bytes)),
    reads.logProbs.bytes().then((bytes) => new Float32Array(bytes)),
  ]);
  const { maxNewTokens } = request;
  for (let row = 0; row < to - from; row++) {
    const promptLength = states[row * ROW_WORDS]!;
    // Dawn's null device computes nothing: what it reads back may be any number.
    const drawn = Math.min(states[row * ROW_WORDS + DRAWN_WORD]!, maxNewTokens);
    const start = row * contextLength + promptLength;
    const target = (from + row) * maxNewTokens;
    result.tokens.set(sequence.subarray(start, start + drawn), target);
    result.logProbs.set(logProbs.subarray(start, start + drawn), target);
    result.lengths[from + row] = drawn;
  }
}
