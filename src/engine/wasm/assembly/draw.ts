/** Drawing tokens: drawToken of src/engine/sampling.ts for many rows, to the same bits. */
import { exp64, log, log64 } from './doubles';
import { at } from './simd';

/** PCG's output permutation as a hash of 32 bits. */
function pcgHash(value: u32): u32 {
  const state = value * 747796405 + 2891336453;
  const word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737;
  return (word >> 22) ^ word;
}

/** The uniform number of a candidate, from the hash of its place. */
function uniform(place: u32, token: i32): f64 {
  return (<f64>(pcgHash(place + token) >> 9) + 0.5) / 0x800000;
}

/** Largest of V logits; the first where there are several. */
function largest(logits: usize, V: i32): i32 {
  let token = 0;
  let top = load<f32>(logits);
  for (let v = 1; v < V; v++) {
    const logit = load<f32>(at(logits, v));
    if (!(logit > top)) continue;
    top = logit;
    token = v;
  }
  return token;
}

/**
 * Draws a token from each of N rows of logits[N, stride], of which V are read.
 * @param temperature above 0; 0 takes the most probable token
 * @param streams random stream of each row; @param places index in the sequence of the token
 * @param tokens ids; @param logProbs their log-probabilities
 */
export function drawTokens(
  logits: usize,
  streams: usize,
  places: usize,
  tokens: usize,
  logProbs: usize,
  N: i32,
  V: i32,
  stride: i32,
  temperature: f64,
): void {
  const isGreedy = !(temperature > 0);
  const scale: f64 = isGreedy ? 1 : 1 / temperature;
  for (let n = 0; n < N; n++) {
    const row = at(logits, n * stride);
    let token = largest(row, V);
    const top = <f64>load<f32>(at(row, token)) * scale;
    const stream = load<u32>(at(streams, n));
    const place = pcgHash(pcgHash(stream) + load<u32>(at(places, n)));
    let total: f64 = 0;
    let least: f64 = Infinity;
    for (let v = 0; v < V; v += 2) {
      const pair = f64x2.promote_low_f32x4(v128.load64_zero(at(row, v)));
      const shares = exp64(f64x2.sub(f64x2.mul(pair, f64x2.splat(scale)), f64x2.splat(top)));
      const hasSecond = v + 1 < V;
      total += f64x2.extract_lane(shares, 0);
      if (hasSecond) total += f64x2.extract_lane(shares, 1);
      if (isGreedy) continue;
      const uniforms = f64x2.replace_lane(f64x2.splat(uniform(place, v)), 1, uniform(place, v + 1));
      const waits = f64x2.div(f64x2.neg(log64(uniforms)), shares);
      const first = f64x2.extract_lane(waits, 0);
      if (first < least) {
        least = first;
        token = v;
      }
      const second = f64x2.extract_lane(waits, 1);
      if (hasSecond && second < least) {
        least = second;
        token = v + 1;
      }
    }
    store<i32>(at(tokens, n), token);
    store<f32>(at(logProbs, n), <f32>(<f64>load<f32>(at(row, token)) * scale - top - log(total)));
  }
}
