/**
 * The softmax at the end: scores of the targets, or the token objective and d(loss)/d(logits).
 * The formulas are those of `objective.ts`.
 *
 * Logits have `stride` columns, the vocabulary rounded up to a multiple of 4. A workgroup has 8
 * tokens with 8 lanes each: enough lanes that 512 logits are 16 vectors per lane, few enough that a
 * vocabulary of 18 does not leave most of them idle. Logits are read from storage in each of three
 * sweeps (they are in the cache), so that any vocabulary fits. The products around it are GEMMs with
 * the norm folded in: two dispatches more than one kernel for the whole head would take, for one
 * path that serves every shape.
 */
import { LossKind } from '../../token-table';
import type { ModelConfig } from '../../../model/config';
import { type Grid, type Kernel, read, rowKernel, rowOfGroups, write } from '../kernel';
import { type Shape, STEP } from '../step-uniform';
import { TOKEN } from '../token-upload';

/** Tokens per workgroup of the head. */
export const HEAD_TOKENS = 8;
const LANES = 8;

/** Sums that the objective keeps of a batch, in the order of `metricPartials` [workgroups, 8]. */
export const METRIC_SUMS = [
  'loss',
  'entropy',
  'nll',
  'kl',
  'clipped',
  'heldLow',
  'heldHigh',
  'tokens',
] as const;

export function headGrid({ tokens }: Shape): Grid {
  return rowOfGroups(headGroups(tokens));
}

/** Rows of `metricPartials`. */
export function headGroups(tokens: number): number {
  return Math.ceil(tokens / HEAD_TOKENS);
}

/** log-sum, entropy and the target's log-probability of this lane's token. */
function softmax({ vocabSize }: ModelConfig): string {
  const V4 = Math.ceil(vocabSize / 4);
  const inside = insideVocabulary(vocabSize);
  return `let slot = thread / ${LANES}u;
  let lane = thread % ${LANES}u;
  let token = item * ${HEAD_TOKENS}u + slot;
  let live = token < step.tokens;
  let at = min(token, step.tokens - 1u) * ${V4}u;
  let entry = table[min(token, step.tokens - 1u)];
  var top = -1e30;
  for (var v = lane; v < ${V4}u; v += ${LANES}u) {
    let z = select(vec4f(-1e30), logits[at + v] * step.inverseTemperature, ${inside});
    top = max(top, max(max(z.x, z.y), max(z.z, z.w)));
  }
  shared0[thread] = top;
  workgroupBarrier();
  for (var l = 0u; l < ${LANES}u; l++) { top = max(top, shared0[slot * ${LANES}u + l]); }
  workgroupBarrier();
  var total = 0.0;
  var moment = 0.0;
  for (var v = lane; v < ${V4}u; v += ${LANES}u) {
    let z = select(vec4f(-80), logits[at + v] * step.inverseTemperature - top, ${inside});
    let e = select(vec4f(0), exp(z), ${inside});
    total += dot(e, vec4f(1));
    moment += dot(e, z);
  }
  shared0[thread] = total;
  shared1[thread] = moment;
  workgroupBarrier();
  total = 0.0;
  moment = 0.0;
  for (var l = 0u; l < ${LANES}u; l++) {
    total += shared0[slot * ${LANES}u + l];
    moment += shared1[slot * ${LANES}u + l];
  }
  let logTotal = log(total);
  let entropy = logTotal - moment / total;
  let wanted = min(entry.wanted, ${vocabSize - 1}u);
  let wantedLogit = logits[at + wanted / 4u][wanted % 4u] * step.inverseTemperature;
  let logProb = wantedLogit - top - logTotal;`;
}

/** Which of the four columns of vector v are in the vocabulary. */
function insideVocabulary(vocabSize: number): string {
  return vocabSize % 4 === 0
    ? 'vec4<bool>(true)'
    : `(vec4u(v * 4u) + vec4u(0, 1, 2, 3) < vec4u(${vocabSize}))`;
}

const THREADS = HEAD_TOKENS * LANES;

const SHARED = `var<workgroup> shared0: array<f32, ${THREADS}>;
var<workgroup> shared1: array<f32, ${THREADS}>;
`;

/** scores[tokens] = (log-probability of the target, entropy). */
export function headScore(config: ModelConfig): Kernel {
  return rowKernel(
    'scores',
    [STEP, read('table', TOKEN), read('logits'), write('scores', 'vec2f')],
    {
      threads: THREADS,
      before: SHARED,
      body: `  ${softmax(config)}
  if (live && lane == 0u) { scores[token] = vec2f(logProb, entropy); }`,
    },
  );
}

/** Loss and slope of one token with its weights, KL included. */
const TOKEN_LOSS = `struct TokenLoss { loss: f32, slope: f32, kl: f32, heldLow: f32, heldHigh: f32 }
fn tokenLoss(entry: Token, logProb: f32) -> TokenLoss {
  var result = TokenLoss(0, 0, 0, 0, 0);
  if (entry.kind == ${LossKind.none}u) { return result; }
  if (entry.kind == ${LossKind.nll}u) {
    result.loss = -logProb;
    result.slope = -1.0;
  } else {
    let ratio = exp(logProb - entry.oldLogProb);
    let surrogate = ratio * entry.advantage;
    if (entry.kind == ${LossKind.clipped}u) {
      let bounded = clamp(ratio, 1.0 - step.clipLow, 1.0 + step.clipHigh);
      let low = entry.advantage < 0.0 && ratio < 1.0 - step.clipLow;
      let high = entry.advantage > 0.0 && ratio > 1.0 + step.clipHigh;
      result.loss = -min(surrogate, bounded * entry.advantage);
      result.slope = select(-surrogate, 0.0, low || high);
      result.heldLow = select(0.0, 1.0, low);
      result.heldHigh = select(0.0, 1.0, high);
    } else {
      let shaped = ratio + step.shapingGamma;
      result.loss = -surrogate / shaped;
      result.slope = -surrogate * step.shapingGamma / (shaped * shaped);
    }
  }
  result.loss *= entry.weight;
  result.slope *= entry.weight;
  if (step.klCoefficient != 0.0) {
    let klWeight = step.klCoefficient * entry.klWeight;
    let logQuotient = entry.referenceLogProb - logProb;
    let quotient = exp(logQuotient);
    result.kl = quotient - logQuotient - 1.0;
    result.loss += klWeight * result.kl;
    result.slope += klWeight * (1.0 - quotient);
  }
  return result;
}`;

/**
 * Turns logits[tokens, stride] into d(loss)/d(logits) in place, zero in the padding, and adds up
 * the workgroup's {@link METRIC_SUMS}.
 *
 * d log π(y) / dz_v = [v = y] − p_v and dH / dz_v = −p_v (log p_v + H).
 */
export function headObjective(config: ModelConfig): Kernel {
  const { vocabSize } = config;
  const V4 = Math.ceil(vocabSize / 4);
  return rowKernel(
    'objective',
    [STEP, read('table', TOKEN), write('logits'), write('metricPartials', 'f32')],
    {
      threads: THREADS,
      before: `${TOKEN_LOSS}
var<workgroup> sums: array<f32, ${HEAD_TOKENS * METRIC_SUMS.length}>;
${SHARED}`,
      body: `  ${softmax(config)}
  let found = tokenLoss(entry, logProb);
  let counts = live && entry.kind != ${LossKind.none}u;
  let entropyWeight = entry.entropyWeight * step.entropyCoefficient;
  // Of the model's logits, which the policy's are at its temperature.
  let slope = select(0.0, found.slope * step.inverseTemperature, counts);
  let spread = select(0.0, entropyWeight * step.inverseTemperature, counts);
  if (lane == 0u) {
    let one = select(0.0, 1.0, counts);
    let own = slot * ${METRIC_SUMS.length}u;
    sums[own] = select(0.0, found.loss - entropyWeight * entropy, counts);
    sums[own + 1u] = select(0.0, entropy, counts);
    sums[own + 2u] = select(0.0, -logProb, counts);
    sums[own + 3u] = select(0.0, found.kl, counts);
    sums[own + 4u] = select(0.0, 1.0, counts && entry.kind == ${LossKind.clipped}u);
    sums[own + 5u] = found.heldLow * one;
    sums[own + 6u] = found.heldHigh * one;
    sums[own + 7u] = one;
  }
  // Every lane has read its target's logit before any lane overwrites it.
  workgroupBarrier();
  storageBarrier();
  if (live) {
    for (var v = lane; v < ${V4}u; v += ${LANES}u) {
      let logP = logits[at + v] * step.inverseTemperature - top - logTotal;
      let p = select(vec4f(0), exp(logP), ${insideVocabulary(vocabSize)});
      let hit = select(vec4f(0), vec4f(slope), vec4u(v * 4u) + vec4u(0, 1, 2, 3) == vec4u(wanted));
      logits[at + v] = p * (spread * (logP + entropy) - slope) + hit;
    }
  }
  if (thread < ${METRIC_SUMS.length}u) {
    var sum = 0.0;
    for (var s = 0u; s < ${HEAD_TOKENS}u; s++) { sum += sums[s * ${METRIC_SUMS.length}u + thread]; }
    if (item * ${HEAD_TOKENS}u < step.tokens) { metricPartials[item * ${METRIC_SUMS.length}u + thread] = sum; }
  }`,
    },
  );
}
