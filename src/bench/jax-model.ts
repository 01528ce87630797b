/**
 * The lab's transformer in jax-js, as one would write it there: whole arrays, gradients by
 * `valueAndGrad`, one `jit` for a training step and one for a sampled token. jax-js counts references:
 * a function uses up its arguments, and `.ref` keeps one for another use.
 */
import {
  jit,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
  type Array as JaxArray,
} from '@jax-js/jax';
import { RMS_NORM_EPSILON, type ModelConfig } from '../model/config';
import { layerTensorName, parameterLayout, tensorName } from '../model/layout';
import type { OptimizerSettings } from '../engine/engine';

/** The model's arrays by the names of the parameter layout. */
type Arrays = Record<string, JaxArray>;

/** Keys and values of all positions, [rows, context, heads, width] each, for each layer. */
export type Cache = { keys: JaxArray; values: JaxArray }[];

/** What a rollout has so far: the cache, the tokens drawn last [rows], and all of them. */
type JaxRollout = {
  cache: Cache;
  tokens: JaxArray;
  /** [rows, context]: at each position the token that was drawn after it. */
  drawn: JaxArray;
};

/** Cuts the flat parameter vector into arrays. */
export function splitParameters(config: ModelConfig, parameters: Float32Array): Arrays {
  const { slots } = parameterLayout(config);
  return Object.fromEntries(
    slots.map(({ name, shape, offset, size }) => [
      name,
      np.array(parameters.slice(offset, offset + size)).reshape([...shape]),
    ]),
  );
}

/** Arrays of zeros in the shapes of `arrays`. */
export function zerosLike(arrays: Arrays): Arrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, np.zeros(array.shape)]),
  );
}

function rmsNorm(x: JaxArray, gain: JaxArray): JaxArray {
  const scale = np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(RMS_NORM_EPSILON));
  return x.div(scale).mul(gain);
}

/** Keeps `weights` and hands out references. */
const reading =
  (weights: Arrays) =>
  (name: string): JaxArray =>
    weights[name]!.ref;

/** Queries, keys and values, [rows, length, heads, width] each, of a block's input [tokens, D]. */
function projections(
  x: JaxArray,
  weights: Arrays,
  layer: number,
  shape: readonly number[],
): JaxArray[] {
  const weight = reading(weights);
  const normed = rmsNorm(x, weight(layerTensorName(layer, 'norm1')));
  const qkv = np.matmul(normed, weight(layerTensorName(layer, 'qkv')));
  return np.split(qkv, 3, 1).map((part) => part.reshape([...shape]));
}

/** What follows the attention in a block. */
function finishBlock(x: JaxArray, attended: JaxArray, weights: Arrays, layer: number): JaxArray {
  const weight = reading(weights);
  const middle = x.add(np.matmul(attended, weight(layerTensorName(layer, 'attentionOut'))));
  const normed = rmsNorm(middle.ref, weight(layerTensorName(layer, 'norm2')));
  const hidden = nn.gelu(np.matmul(normed, weight(layerTensorName(layer, 'up'))));
  return middle.add(np.matmul(hidden, weight(layerTensorName(layer, 'down'))));
}

function logits(x: JaxArray, weights: Arrays): JaxArray {
  const weight = reading(weights);
  return np.matmul(rmsNorm(x, weight(tensorName('finalNorm'))), weight(tensorName('head')));
}

/** Weighted negative log-likelihood of a batch, its tokens and targets [rows, length]. */
function lossOf({ vocabSize: V, dModel: D, heads, layers }: ModelConfig) {
  return (
    weights: Arrays,
    tokens: JaxArray,
    targets: JaxArray,
    tokenWeights: JaxArray,
  ): JaxArray => {
    const [B, T] = tokens.shape as [number, number];
    const ids = nn.oneHot(tokens.reshape([B * T]), V);
    const places = weights[tensorName('positions')]!.ref.slice([0, T]);
    let x = np.matmul(ids, weights[tensorName('tokens')]!.ref).reshape([B, T, D]).add(places);
    x = x.reshape([B * T, D]);
    for (let layer = 0; layer < layers; layer++) {
      const parts = projections(x.ref, weights, layer, [B, T, heads, D / heads]);
      const [queries, keys, values] = parts as [JaxArray, JaxArray, JaxArray];
      const attended = nn.dotProductAttention(queries, keys, values, { isCausal: true });
      x = finishBlock(x, attended.reshape([B * T, D]), weights, layer);
    }
    const logProbs = nn.logSoftmax(logits(x, weights));
    const picked = nn
      .oneHot(targets.reshape([B * T]), V)
      .mul(logProbs)
      .sum(-1);
    tree.dispose(weights);
    return np.negative(picked.mul(tokenWeights.reshape([B * T])).sum());
  };
}

/** Parameters and moments before and after a step, and the loss between. */
export type Training = { weights: Arrays; first: Arrays; second: Arrays };

/** Forward, backward, clipping and AdamW as one compiled function. */
export function compileStep(config: ModelConfig, settings: OptimizerSettings) {
  const loss = lossOf(config);
  const decayed = new Set(
    parameterLayout(config)
      .slots.filter(({ decay }) => decay)
      .map(({ name }) => name),
  );
  return jit(
    (
      { weights, first, second }: Training,
      tokens: JaxArray,
      targets: JaxArray,
      tokenWeights: JaxArray,
      step: JaxArray,
    ): [JaxArray, Training] => {
      const [value, gradient] = valueAndGrad(loss)(
        tree.ref(weights),
        tokens,
        targets,
        tokenWeights,
      );
      const next = adamW({ weights, first, second }, gradient, step, settings, decayed);
      return [value, next];
    },
  );
}

function adamW(
  { weights, first, second }: Training,
  gradient: Arrays,
  step: JaxArray,
  { learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm }: OptimizerSettings,
  decayed: ReadonlySet<string>,
): Training {
  const squares = Object.values(gradient).map((array) => np.square(array.ref).sum());
  const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
  const clip = np.minimum(np.reciprocal(norm).mul(maxGradNorm), 1);
  const bias1 = np.subtract(1, np.power(beta1, step.ref));
  const bias2 = np.subtract(1, np.power(beta2, step));
  const next: Training = { weights: {}, first: {}, second: {} };
  for (const name of Object.keys(weights)) {
    const g = gradient[name]!.mul(clip.ref);
    const m = first[name]!.mul(beta1).add(g.ref.mul(1 - beta1));
    const v = second[name]!.mul(beta2).add(np.square(g).mul(1 - beta2));
    next.first[name] = m.ref;
    next.second[name] = v.ref;
    const rate = np.sqrt(v.div(bias2.ref)).add(epsilon);
    const kept = decayed.has(name) ? 1 - learningRate * weightDecay : 1;
    const change = m.div(bias1.ref).div(rate).mul(learningRate);
    next.weights[name] = weights[name]!.mul(kept).sub(change);
  }
  [clip, bias1, bias2].forEach((array) => array.dispose());
  return next;
}

/** A rollout that is about to read `tokens`, one of each row, at the first position. */
export function emptyRollout(
  { contextLength, layers, dModel, heads }: ModelConfig,
  tokens: Int32Array,
): JaxRollout {
  const rows = tokens.length;
  const zeros = (): JaxArray => np.zeros([rows, contextLength, heads, dModel / heads]);
  return {
    cache: Array.from({ length: layers }, () => ({ keys: zeros(), values: zeros() })),
    tokens: np.array(tokens),
    drawn: np.zeros([rows, contextLength]),
  };
}

/**
 * One position of every row as one compiled function: reads `tokens` [rows] at `place`, writes the
 * cache there, draws the next tokens. Shapes are the same at every position, so it compiles once.
 */
export function compileSample({
  vocabSize: V,
  contextLength: T,
  dModel: D,
  heads,
  layers,
}: ModelConfig) {
  return jit((weights: Arrays, rollout: JaxRollout, place: JaxArray, key: JaxArray): JaxRollout => {
    const { cache, tokens, drawn } = rollout;
    const rows = tokens.shape[0]!;
    const here = nn.oneHot(place.ref, T);
    const at = np.matmul(here.ref.reshape([1, T]), weights[tensorName('positions')]!.ref);
    const spot = here.ref.reshape([1, T, 1, 1]);
    const seen = np.lessEqual(np.arange(T), place).reshape([1, 1, 1, T]);
    let x = np.matmul(nn.oneHot(tokens, V), weights[tensorName('tokens')]!.ref).add(at);
    const grown: Cache = [];
    for (let layer = 0; layer < layers; layer++) {
      const parts = projections(x.ref, weights, layer, [rows, 1, heads, D / heads]);
      const [queries, newKeys, newValues] = parts as [JaxArray, JaxArray, JaxArray];
      const before = cache[layer]!;
      const keys = before.keys.add(spot.ref.mul(newKeys));
      const values = before.values.add(spot.ref.mul(newValues));
      grown.push({ keys: keys.ref, values: values.ref });
      const attended = nn.dotProductAttention(queries, keys, values, { mask: seen.ref });
      x = finishBlock(x, attended.reshape([rows, D]), weights, layer);
    }
    [spot, seen].forEach((array) => array.dispose());
    const next = random.categorical(key, logits(x, weights));
    tree.dispose(weights);
    const written = here.reshape([1, T]).mul(next.ref.reshape([rows, 1]));
    return { cache: grown, tokens: next, drawn: drawn.add(written) };
  });
}
