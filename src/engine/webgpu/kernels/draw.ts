/** Drawing tokens: the random numbers of `sampling.ts` in WGSL, and the state of a rollout's rows. */

import { type Struct, uniform } from '../kernel';

/**
 * Binds the uniform of sampling kernels as `rollout`: one slot per dispatch.
 * `begin` and `end` are the positions that the dispatch reads; `scale` is 1/temperature.
 */
export const ROLLOUT = uniform('rollout', {
  name: 'Rollout',
  members: `rows: u32, begin: u32, end: u32, maxNewTokens: u32,
  stopToken: u32, greedy: u32, scale: f32, padding: u32,`,
});
export const ROLLOUT_BYTES = 32;

/** What is known of a row: the prompt's length, its random stream, tokens drawn, 1 once it has ended, next position. */
export const ROW: Struct = {
  name: 'Row',
  members: 'promptLength: u32, stream: u32, drawn: u32, ended: u32, position: u32',
};
export const ROW_WORDS = 5;
/** Where the number of tokens drawn stands among them. */
export const DRAWN_WORD = 2;

/**
 * Gumbel noise as a function of (stream, position, token); see `sampling.ts`. WGSL's log may be
 * wrong by 2⁻²¹ near 1, where −log u is smaller than that: −log u would be zero or negative and the
 * noise infinite or NaN. There the series of artanh takes its place.
 */
export const GUMBEL_FUNCTIONS = `fn pcg(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}
fn placeHash(stream: u32, position: u32) -> u32 {
  return pcg(pcg(stream) + position);
}
fn minusLog(u: f32) -> f32 {
  let z = (1.0 - u) / (1.0 + u);
  let q = z * z;
  let series = 2.0 * z * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0
    + q * (1.0 / 11.0 + q * (1.0 / 13.0)))))));
  return select(-log(u), series, u > 0.5);
}
fn gumbel(hash: u32, token: u32) -> f32 {
  let u = (f32(pcg(hash + token) >> 9u) + 0.5) / 8388608.0;
  return -log(minusLog(u));
}`;

/** What the lanes of a row know of their share of the vocabulary. */
export const CHOICE_FUNCTIONS = `struct Choice { noisy: f32, token: u32, logit: f32, top: f32, total: f32 }
fn noChoice() -> Choice { return Choice(-1e30, 0u, 0.0, -1e30, 0.0); }
fn consider(choice: Choice, logit: f32, noise: f32, token: u32) -> Choice {
  var next = choice;
  if (logit + noise > choice.noisy) {
    next.noisy = logit + noise;
    next.token = token;
    next.logit = logit;
  }
  next.top = max(choice.top, logit);
  next.total = choice.total * exp(choice.top - next.top) + exp(logit - next.top);
  return next;
}
// On a tie the smaller token wins, in whatever order lanes are merged.
fn better(a: Choice, b: Choice) -> Choice {
  var next = a;
  if (b.noisy > a.noisy || (b.noisy == a.noisy && b.token < a.token)) {
    next.noisy = b.noisy;
    next.token = b.token;
    next.logit = b.logit;
  }
  next.top = max(a.top, b.top);
  next.total = a.total * exp(a.top - next.top) + b.total * exp(b.top - next.top);
  return next;
}`;

/** Lanes per row that share the search for the largest logit. */
export const DRAW_LANES = 8;

/**
 * WGSL that ends position `position` of a row: the prompt's next token, or the chosen one written
 * down with its log-probability. `row` is the index, `state` the row's Row as a variable.
 */
export function advanceRow(contextLength: number): string {
  return `let next = row * ${contextLength}u + position + 1u;
    if (state.ended == 0u && position + 1u >= state.promptLength) {
      sequence[next] = choice.token;
      logProbs[next] = choice.logit - choice.top - log(choice.total);
      state.drawn += 1u;
      if (choice.token == rollout.stopToken || state.drawn == rollout.maxNewTokens) {
        state.ended = 1u;
      }
    }
    state.position = position + 1u;`;
}
