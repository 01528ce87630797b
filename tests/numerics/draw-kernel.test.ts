/** The kernel that draws gives the bits of `drawToken`, which the other engines and the tests draw with. */
import { describe, expect, it } from 'vitest';
import { drawToken } from '../../src/engine/sampling';
import { Arena } from '../../src/engine/wasm/arena';
import { instantiateKernels } from '../../src/engine/wasm/kernels';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { Random } from '../../src/random';

const ROWS = 400;

/** Logits of a kind for each row; some of the largest are there twice. */
function logitsOf(random: Random, V: number, row: number): Float32Array {
  const spread = [0, 0.01, 3, 40, 900, 1e30][row % 6]!;
  const logits = Float32Array.from({ length: V }, () => spread * random.normal());
  if (row % 5 === 0) logits[V - 1] = Math.max(...logits);
  if (row % 37 === 0) logits.fill(NaN);
  if (row % 41 === 0) logits[0] = -Infinity;
  return logits;
}

describe('the kernel that draws', () => {
  it.each([
    [1, 1],
    [2, 0.7],
    [15, 0.7],
    [16, 1],
    [17, 0],
    [33, 1.3],
  ])('gives the bits of drawToken, of %i tokens at temperature %f', async (V, temperature) => {
    const { kernels, memory } = await instantiateKernels(await loadWasmModule());
    const arena = new Arena(memory);
    const random = Random.from(7, 'draw', V);
    const stride = Math.ceil(V / 4) * 4;
    const rows = Array.from({ length: ROWS }, (_, row) => logitsOf(random, V, row));
    const streams = Int32Array.from(rows, () => random.integer(2 ** 31) * 2 - 2 ** 31);
    const positions = Int32Array.from(rows, () => random.integer(500));
    const logits = arena.matrix(ROWS, stride);
    // What lies behind a row's logits is not read.
    const laidOut = arena.floats(logits, ROWS * stride).fill(1e9);
    rows.forEach((row, i) => laidOut.set(row, i * stride));
    const at = { streams: arena.store(streams), places: arena.store(positions) };
    const [tokens, logProbs] = [arena.allocate(ROWS), arena.allocate(ROWS)];
    const sizes = [ROWS, V, stride, temperature] as const;
    kernels.drawTokens(logits, at.streams, at.places, tokens, logProbs, ...sizes);
    const expected = rows.map((row, i) =>
      drawToken(row, { temperature, stream: streams[i]! >>> 0, position: positions[i]! }),
    );
    expect([...arena.integers(tokens, ROWS)]).toEqual(expected.map(({ token }) => token));
    expect([...arena.floats(logProbs, ROWS)]).toEqual(
      expected.map(({ logProb }) => Math.fround(logProb)),
    );
    // More than the most probable token is drawn, where it may be.
    const drawn = new Set(expected.map(({ token }) => token));
    expect(drawn.size).toBeGreaterThan(temperature > 0 && V > 1 ? V / 2 : 0);
  });
});
