/** Losses as papers write them, sequence by sequence, differentiated by TensorFlow.js. */
import * as tf from '@tensorflow/tfjs';
import { TfModel } from '../../src/engine/tfjs/model';
import { targetStatistics } from '../../src/engine/tfjs/objective';
import type { ModelConfig } from '../../src/model/config';
import { nllBatch, type Sequences } from '../../src/training/data/token-batches';

/** log π(y_t | x, y_<t) of one completion, as a vector over its tokens. */
export type CompletionLogProbs = tf.Tensor1D;

/** A loss of all completions; `entropies` are the policy's at the same tokens. */
export type PaperLoss = (
  completions: readonly CompletionLogProbs[],
  entropies: readonly tf.Tensor1D[],
) => tf.Scalar;

/** The gradient of `loss` in every parameter, in layout order. */
export async function paperGradient(
  config: ModelConfig,
  parameters: Float32Array,
  sequences: Sequences,
  { loss, temperature }: { loss: PaperLoss; temperature: number },
): Promise<Float32Array> {
  const model = new TfModel(config);
  const { rows, length, tokens, targets } = nllBatch(sequences);
  const places = Int32Array.from({ length: rows * length }, (_, i) => i % length);
  const gradient = tf.tidy(() => {
    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
      const weights = model.named(tensors);
      const { output } = model.layers(weights, {
        rows,
        length,
        ids: tf.tensor1d(tokens, 'int32'),
        places: tf.tensor1d(places, 'int32'),
        mask: model.causalMask(length),
        cache: null,
      });
      const logits = model.logits(weights, output).div<tf.Tensor2D>(temperature);
      const { logProbs, entropies } = targetStatistics(logits, tf.tensor1d(targets, 'int32'));
      const byRow = (column: tf.Tensor1D): tf.Tensor1D[] =>
        Array.from(sequences.completionLengths, (count, row) =>
          column.slice<tf.Tensor1D>(row * length + sequences.promptLength - 1, count),
        );
      return loss(byRow(logProbs), byRow(entropies));
    };
    const { grads } = tf.valueAndGrads(lossOf)(model.split(tf.tensor1d(parameters)));
    return tf.concat(grads.map((grad) => grad.flatten()));
  });
  const values = Float32Array.from(await gradient.data());
  gradient.dispose();
  return values;
}

/** Σ of scalars. */
export function total(terms: readonly tf.Scalar[]): tf.Scalar {
  return terms.reduce((sum, term) => sum.add(term), tf.scalar(0));
}

/** Σ_t min(r_t·A, clip(r_t, 1 − low, 1 + high)·A) with r_t = π / π_old. */
export function surrogate(
  logProbs: CompletionLogProbs,
  old: Float32Array,
  advantage: number,
  { low, high }: { low: number; high: number },
): tf.Scalar {
  const ratio = logProbs.sub(tf.tensor1d(old)).exp();
  const clipped = ratio.clipByValue(1 - low, 1 + high);
  return tf.minimum(ratio.mul(advantage), clipped.mul(advantage)).sum();
}
