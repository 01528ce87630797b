/**
 * The transformer in plain TensorFlow.js, with nothing fused and no gradient written by hand: slow
 * and obvious, so that the other engines can be held against it.
 */
import * as tf from '@tensorflow/tfjs';
import { RMS_NORM_EPSILON, type ModelConfig } from '../../model/config';
import { type LayerTensor, layerTensorName, parameterLayout, tensorName } from '../../model/layout';

/** The model's tensors by the names of the parameter layout. */
export type Weights = ReadonlyMap<string, tf.Tensor>;

/** Keys and values of the positions read so far, [rows, heads, positions, width], one entry a layer. */
export type Cache = { readonly keys: tf.Tensor4D; readonly values: tf.Tensor4D }[];

/** What a pass reads: `rows` sequences of `length` tokens. */
interface PassInput {
  readonly rows: number;
  readonly length: number;
  /** Token ids, [rows · length]. */
  readonly ids: tf.Tensor1D;
  /** Position of each token, [rows · length]. */
  readonly places: tf.Tensor1D;
  /** Added to the attention scores, broadcast to [rows, heads, length, cached + length]. */
  readonly mask: tf.Tensor;
  readonly cache: Cache | null;
}

/** Added to the scores of positions that must not be seen. */
export const HIDDEN = -1e9;

export class TfModel {
  readonly #config: ModelConfig;

  constructor(config: ModelConfig) {
    this.#config = config;
  }

  /** Cuts the flat parameter vector into tensors, in the order of the layout. */
  split(parameters: tf.Tensor1D): tf.Tensor[] {
    const { slots } = parameterLayout(this.#config);
    const parts = tf.split(
      parameters,
      slots.map((slot) => slot.size),
    );
    return slots.map(({ shape }, i) => parts[i]!.reshape([...shape]));
  }

  /** Names the tensors of {@link split}. */
  named(tensors: readonly tf.Tensor[]): Weights {
    const { slots } = parameterLayout(this.#config);
    return new Map(slots.map(({ name }, i) => [name, tensors[i]!]));
  }

  /** Hides the future from each of `length` positions, [length, length]. */
  causalMask(length: number): tf.Tensor2D {
    const hidden = Float32Array.from({ length: length * length }, (_, i) =>
      i % length > Math.floor(i / length) ? HIDDEN : 0,
    );
    return tf.tensor2d(hidden, [length, length]);
  }

  /** Output of the last layer, [rows · length, D], and the cache grown by this pass. */
  layers(weights: Weights, input: PassInput): { output: tf.Tensor2D; cache: Cache } {
    const { vocabSize, contextLength, layers } = this.#config;
    // A one-hot product, since tfjs-wasm has no gradient of gather.
    const tokens = this.#oneHot(input.ids, vocabSize).matMul(weights.get(tensorName('tokens'))!);
    const places = this.#oneHot(input.places, contextLength).matMul(
      weights.get(tensorName('positions'))!,
    );
    let x = tokens.add<tf.Tensor2D>(places);
    const cache: Cache = [];
    for (let layer = 0; layer < layers; layer++) {
      const weight = (tensor: LayerTensor): tf.Tensor =>
        weights.get(layerTensorName(layer, tensor))!;
      const qkv = this.#norm(x, weight('norm1')).matMul(weight('qkv')) as tf.Tensor2D;
      const { attended, keys, values } = this.#attention(qkv, input, layer);
      cache.push({ keys, values });
      x = x.add(attended.matMul(weight('attentionOut')));
      const hidden = this.#norm(x, weight('norm2')).matMul(weight('up'));
      x = x.add(this.#gelu(hidden).matMul(weight('down')));
    }
    return { output: x, cache };
  }

  /** Logits of each row of a last layer's output, [N, V]. */
  logits(weights: Weights, output: tf.Tensor2D): tf.Tensor2D {
    const normed = this.#norm(output, weights.get(tensorName('finalNorm'))!);
    return tf.matMul<tf.Tensor2D>(normed, weights.get(tensorName('head'))!);
  }

  #oneHot(ids: tf.Tensor1D, depth: number): tf.Tensor2D {
    return tf.oneHot(ids, depth).toFloat() as tf.Tensor2D;
  }

  #norm(x: tf.Tensor2D, gain: tf.Tensor): tf.Tensor2D {
    const scale = x.square().mean(-1, true).add(RMS_NORM_EPSILON).rsqrt();
    return x.mul<tf.Tensor2D>(scale).mul(gain);
  }

  #gelu(x: tf.Tensor): tf.Tensor {
    const inner = x.add(x.square().mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(inner.tanh().add(1));
  }

  #attention(
    qkv: tf.Tensor2D,
    { rows, length, mask, cache }: PassInput,
    layer: number,
  ): { attended: tf.Tensor2D; keys: tf.Tensor4D; values: tf.Tensor4D } {
    const { dModel, heads } = this.#config;
    const width = dModel / heads;
    const [queries, newKeys, newValues] = tf
      .split(qkv, 3, 1)
      .map((part): tf.Tensor4D =>
        part.reshape([rows, length, heads, width]).transpose<tf.Tensor4D>([0, 2, 1, 3]),
      ) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const before = cache?.[layer];
    const keys = before ? tf.concat([before.keys, newKeys], 2) : newKeys;
    const values = before ? tf.concat([before.values, newValues], 2) : newValues;
    const scores = tf.matMul(queries, keys, false, true).mul(1 / Math.sqrt(width));
    const attended = tf.matMul(scores.add(mask).softmax(), values);
    return {
      attended: attended.transpose([0, 2, 1, 3]).reshape([rows * length, dModel]),
      keys,
      values,
    };
  }
}
