/** Token and position embeddings. */
import { at } from './simd';

/** x[N, D] = tokens[ids[n]] + positions[places[n]]. */
export function embed(
  tokens: usize,
  positions: usize,
  ids: usize,
  places: usize,
  x: usize,
  N: i32,
  D: i32,
): void {
  for (let n = 0; n < N; n++) {
    const token = at(tokens, load<i32>(at(ids, n)) * D);
    const position = at(positions, load<i32>(at(places, n)) * D);
    const out = at(x, n * D);
    for (let d = 0; d < D; d += 4) {
      v128.store(at(out, d), f32x4.add(v128.load(at(token, d)), v128.load(at(position, d))));
    }
  }
}

/** Adds dx[N, D] to the gradients of the embeddings that were read. */
export function embedBackward(
  dTokens: usize,
  dPositions: usize,
  ids: usize,
  places: usize,
  dx: usize,
  N: i32,
  D: i32,
): void {
  for (let n = 0; n < N; n++) {
    const token = at(dTokens, load<i32>(at(ids, n)) * D);
    const position = at(dPositions, load<i32>(at(places, n)) * D);
    const row = at(dx, n * D);
    for (let d = 0; d < D; d += 4) {
      const gradient = v128.load(at(row, d));
      v128.store(at(token, d), f32x4.add(v128.load(at(token, d)), gradient));
      v128.store(at(position, d), f32x4.add(v128.load(at(position, d)), gradient));
    }
  }
}
