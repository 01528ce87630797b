/** Unpacks gzip and zstd files that arrive in pieces, so that none is held whole. */
import { LabError, messageOf } from '../errors';
import { crc32 } from './crc32';

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
export type Compression = 'gzip' | 'zstd';

/** A small file may unpack to no end: what exceeds it is refused. */
export const MOST_UNPACKED = 2 ** 31;

/**
 * Packed bytes that are taken at a time. What they unpack to lies in memory at once: up to a thousand
 * times as much in gzip, and a block of 128 KiB for every four bytes in zstd.
 */
const GZIP_SLICE = 1 << 15;
const ZSTD_SLICE = 1 << 10;

const GZIP_TRAILER = 8;
/** The next member's header, a file name with it, may come in many pieces before it is known as one. */
const GZIP_TAIL = 1 << 12;

/** How a file is compressed, by its first four bytes; null where it is not. */
export function compressionOf(beginning: Uint8Array): Compression | null {
  const [a, b, c, d] = beginning;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  const isFrame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  // A skippable frame comes first in what pzstd and seekable writers make.
  const isSkippable = a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d;
  return isFrame || (isSkippable && d === 0x18) ? 'zstd' : null;
}

/** Takes packed bytes and gives out what they unpack to. */
interface Unpacker {
  readonly slice: number;
  push(packed: Uint8Array, isLast: boolean): void;
}

type Give = (unpacked: Uint8Array) => void;

/**
 * What packed bytes unpack to, with all members and frames in turn. Throws `file/packed` where they are
 * damaged or cut short, and `file/unpacked-size` where they unpack to more than `most` bytes.
 */
export async function* unpacked(
  packed: Bytes,
  compression: Compression,
  most = MOST_UNPACKED,
): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let total = 0;
  const give: Give = (piece) => {
    total += piece.length;
    if (total > most) throw new LabError('file/unpacked-size', { compression, most });
    if (piece.length > 0) ready.push(piece);
  };
  const unpacker = await (compression === 'gzip' ? gunzip(give) : unzstd(give));
  const push = (piece: Uint8Array, isLast: boolean): Uint8Array[] => {
    ready = [];
    try {
      unpacker.push(piece, isLast);
    } catch (error) {
      if (error instanceof LabError) throw error;
      const reason = messageOf(error);
      throw new LabError('file/packed', { compression, reason }, { cause: error });
    }
    return ready;
  };
  for await (const piece of packed) {
    for (let at = 0; at < piece.length; at += unpacker.slice) {
      yield* push(piece.subarray(at, at + unpacker.slice), false);
    }
  }
  yield* push(new Uint8Array(0), true);
}

/**
 * fflate reads files of several members (bgzip, appended logs), at which a browser's own
 * DecompressionStream fails; it compares no checksums, so that is done here.
 */
async function gunzip(give: Give): Promise<Unpacker> {
  const { Gunzip } = await import('fflate');
  let sum = 0;
  let size = 0;
  /** What was pushed last, after the end of what came before. */
  let recent = new Uint8Array(0);
  let pushed = 0;
  const check = (end: number): void => {
    const from = end - (pushed - recent.length) - GZIP_TRAILER;
    if (from < 0) throw new LabError('file/packed', { compression: 'gzip', reason: 'its header' });
    const view = new DataView(recent.buffer, recent.byteOffset + from, GZIP_TRAILER);
    const isWhole = view.getUint32(0, true) === sum && view.getUint32(4, true) === size >>> 0;
    if (!isWhole) throw new LabError('file/packed', { compression: 'gzip', reason: 'checksum' });
    sum = 0;
    size = 0;
  };
  const stream = new Gunzip((piece) => {
    sum = crc32(piece, sum);
    size = (size + piece.length) % 2 ** 32;
    give(piece);
  });
  stream.onmember = check;
  return {
    slice: GZIP_SLICE,
    push(packed, isLast) {
      const tail = recent.subarray(-GZIP_TAIL);
      recent = new Uint8Array(tail.length + packed.length);
      recent.set(tail);
      recent.set(packed, tail.length);
      pushed += packed.length;
      stream.push(packed, isLast);
      if (isLast) check(pushed);
    },
  };
}

async function unzstd(give: Give): Promise<Unpacker> {
  const { Decompress } = await import('fzstd');
  const stream = new Decompress(give);
  return {
    slice: ZSTD_SLICE,
    push: (packed, isLast) => void stream.push(packed, isLast),
  };
}
