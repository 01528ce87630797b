import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressionOf, unpacked, type Compression } from '../../../src/files/compression';

const TEXT = Array.from({ length: 9000 }, (_, i) => `line ${i} of ${(i * 7919) % 1000}\n`).join('');

function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

async function textOf(bytes: Uint8Array, compression: Compression, most?: number, size = 1000) {
  const parts: Uint8Array[] = [];
  for await (const part of unpacked(piecesOf(bytes, size), compression, most)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** "line 1\n" twice, as the zstd command writes it: two frames after each other. */
const ZSTD = Buffer.from('KLUv/SQHOQAAbGluZSAxCm3zkr0otS/9JAc5AABsaW5lIDEKbfOSvQ==', 'base64');

describe('a compressed file', () => {
  it('is known by its first bytes', () => {
    expect(compressionOf(gzipSync('a'))).toBe('gzip');
    expect(compressionOf(ZSTD)).toBe('zstd');
    expect(compressionOf(Uint8Array.from([0x50, 0x2a, 0x4d, 0x18]))).toBe('zstd');
    expect(compressionOf(Buffer.from('{"a'))).toBeNull();
    expect(compressionOf(new Uint8Array(0))).toBeNull();
  });

  it.each([1, 7, 1000, 1 << 20])('of gzip comes out whole, in pieces of %i bytes', async (size) => {
    expect(await textOf(gzipSync(TEXT), 'gzip', undefined, size)).toBe(TEXT);
  });

  it.each([1, 7, 1000, 1 << 20])('may have several members, in pieces of %i', async (size) => {
    const bytes = Buffer.concat(['a\n', TEXT, '', 'b\n'].map((text) => gzipSync(text)));
    expect(await textOf(bytes, 'gzip', undefined, size)).toBe(`a\n${TEXT}b\n`);
  });

  it.each([1, 7, 1000])('of zstd may have several frames, in pieces of %i bytes', async (size) => {
    expect(await textOf(ZSTD, 'zstd', undefined, size)).toBe('line 1\nline 1\n');
  });

  it('that was damaged or cut short says so', async () => {
    const packed = gzipSync(TEXT);
    const flipped = Buffer.from(packed);
    flipped[flipped.length - 6]! ^= 1;
    for (const bytes of [flipped, packed.subarray(0, -1), packed.subarray(0, 40)]) {
      await expect(textOf(bytes, 'gzip')).rejects.toMatchObject({ code: 'file/packed' });
    }
    await expect(textOf(ZSTD.subarray(0, 12), 'zstd')).rejects.toMatchObject({
      code: 'file/packed',
    });
  });

  it('that unpacks to more than is allowed is refused before it is held', async () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    await expect(textOf(bomb, 'gzip', 1_000_000)).rejects.toMatchObject({
      code: 'file/unpacked-size',
    });
  });
});
