/**
 * The random numbers of sampling, the same in every engine: a token is drawn as
 * argmax_v (logit_v / temperature + Gumbel_v), and the Gumbel noise is a pure function of
 * (seed, row, position, token). So a rollout does not depend on how rows are batched or which
 * finished first, and two engines with the same parameters draw the same tokens.
 */

/** PCG's output permutation as a hash of 32 bits (Jarzynski and Olano, JCGT 2020). */
function pcgHash(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/**
 * Uniform in (0, 1) for one candidate token.
 * It has 23 bits: with 24 the largest value rounds to 1 in 32-bit floats and its Gumbel is infinite.
 * @param position index in the sequence of the token being drawn (prompt included)
 */
function sampleUniform(seed: number, row: number, position: number, token: number): number {
  const hash = pcgHash(pcgHash(pcgHash(pcgHash(seed >>> 0) + row) + position) + token);
  return ((hash >>> 9) + 0.5) / 0x800000;
}

/** Standard Gumbel noise, −log(−log u). */
export function gumbel(uniform: number): number {
  return -Math.log(-Math.log(uniform));
}

export interface DrawOptions {
  readonly temperature: number;
  readonly seed: number;
  readonly row: number;
  /** Index in the sequence of the token being drawn. */
  readonly position: number;
}

/**
 * Draws a token from one row of logits.
 * @returns its id and its log-probability at the temperature (at 1 where the draw is greedy)
 */
export function drawToken(
  logits: Float32Array,
  { temperature, seed, row, position }: DrawOptions,
): { token: number; logProb: number } {
  const scale = temperature > 0 ? 1 / temperature : 1;
  let token = 0;
  let best = -Infinity;
  let top = -Infinity;
  for (let v = 0; v < logits.length; v++) {
    const logit = logits[v]! * scale;
    const noise = temperature > 0 ? gumbel(sampleUniform(seed, row, position, v)) : 0;
    if (logit + noise > best) {
      best = logit + noise;
      token = v;
    }
    top = Math.max(top, logit);
  }
  let total = 0;
  for (let v = 0; v < logits.length; v++) total += Math.exp(logits[v]! * scale - top);
  return { token, logProb: logits[token]! * scale - top - Math.log(total) };
}
