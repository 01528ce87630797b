/**
 * The model and its objective once more, in double precision, loop by loop from the definitions:
 * slow, and with no line in common with the engines. Central differences of its loss are the truth
 * that gradients are held against.
 */
import { LossKind, type TokenBatch } from '../../src/engine/token-table';
import type { ModelConfig } from '../../src/model/config';
import { parameterLayout, slotNamed } from '../../src/model/layout';

type Vector = number[];

function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** log-probabilities of every next token, [length][vocabulary], for one sequence. */
export function referenceLogProbs(
  config: ModelConfig,
  parameters: Float64Array,
  tokens: ArrayLike<number>,
  temperature = 1,
): Vector[] {
  const { dModel: D, heads: H, layers: L, vocabSize: V } = config;
  const layout = parameterLayout(config);
  const tensor = (name: string): Float64Array => {
    const { offset, size } = slotNamed(layout, name);
    return parameters.subarray(offset, offset + size);
  };
  const times = (x: Vector, name: string, columns: number): Vector => {
    const w = tensor(name);
    return Array.from({ length: columns }, (_, j) =>
      x.reduce((sum, value, i) => sum + value * w[i * columns + j]!, 0),
    );
  };
  const norm = (x: Vector, name: string): Vector => {
    const gain = tensor(name);
    const rms = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / D + 1e-5);
    return x.map((value, d) => (value / rms) * gain[d]!);
  };
  const wte = tensor('wte.weight');
  const wpe = tensor('wpe.weight');
  let stream: Vector[] = Array.from(tokens, (id, t) =>
    Array.from({ length: D }, (_, d) => wte[id * D + d]! + wpe[t * D + d]!),
  );
  for (let l = 0; l < L; l++) {
    const qkv = stream.map((x) =>
      times(norm(x, `h.${l}.ln_1.weight`), `h.${l}.attn.c_attn.weight`, 3 * D),
    );
    stream = stream.map((x, i) => {
      const mixed = attend(qkv, i, D, H);
      const out = times(mixed, `h.${l}.attn.c_proj.weight`, D);
      return x.map((value, d) => value + out[d]!);
    });
    stream = stream.map((x) => {
      const hidden = times(norm(x, `h.${l}.ln_2.weight`), `h.${l}.mlp.c_fc.weight`, 4 * D).map(
        gelu,
      );
      const out = times(hidden, `h.${l}.mlp.c_proj.weight`, D);
      return x.map((value, d) => value + out[d]!);
    });
  }
  return stream.map((x) => {
    const logits = times(norm(x, 'ln_f.weight'), 'lm_head.weight', V).map((z) => z / temperature);
    const top = Math.max(...logits);
    const total = Math.log(logits.reduce((sum, z) => sum + Math.exp(z - top), 0)) + top;
    return logits.map((z) => z - total);
  });
}

function attend(qkv: Vector[], i: number, D: number, H: number): Vector {
  const width = D / H;
  const mixed: Vector = new Array<number>(D).fill(0);
  for (let h = 0; h < H; h++) {
    const scores = Array.from({ length: i + 1 }, (_, j) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += qkv[i]![h * width + d]! * qkv[j]![D + h * width + d]!;
      return sum / Math.sqrt(width);
    });
    const top = Math.max(...scores);
    const weights = scores.map((s) => Math.exp(s - top));
    const total = weights.reduce((a, b) => a + b, 0);
    weights.forEach((w, j) => {
      for (let d = 0; d < width; d++) {
        mixed[h * width + d]! += (w / total) * qkv[j]![2 * D + h * width + d]!;
      }
    });
  }
  return mixed;
}

/** The loss of `token-table.ts`, term by term. */
export function referenceLoss(
  config: ModelConfig,
  parameters: Float64Array,
  batch: TokenBatch,
): number {
  const { objective: o, length } = batch;
  let loss = 0;
  for (let row = 0; row < batch.rows; row++) {
    const start = row * length;
    const logProbs = referenceLogProbs(
      config,
      parameters,
      batch.tokens.subarray(start, start + length),
      batch.temperature,
    );
    for (let t = 0; t < length; t++) {
      const i = start + t;
      if (batch.kinds[i] === LossKind.none) continue;
      const all = logProbs[t]!;
      const logProb = all[batch.targets[i]!]!;
      const entropy = -all.reduce((sum, lp) => sum + Math.exp(lp) * lp, 0);
      const A = batch.advantages[i]!;
      const r = Math.exp(logProb - batch.oldLogProbs[i]!);
      let term: number;
      if (batch.kinds[i] === LossKind.nll) term = -logProb;
      else if (batch.kinds[i] === LossKind.clipped) {
        const bounded = Math.min(1 + o.clipHigh, Math.max(1 - o.clipLow, r));
        term = -Math.min(r * A, bounded * A);
      } else term = (-A * r) / (r + o.shapingGamma);
      const q = Math.exp(batch.referenceLogProbs[i]! - logProb);
      const kl = o.klCoefficient === 0 ? 0 : q - Math.log(q) - 1;
      loss += batch.weights[i]! * term;
      loss -= batch.entropyWeights[i]! * o.entropyCoefficient * entropy;
      loss += batch.klWeights[i]! * o.klCoefficient * kl;
    }
  }
  return loss;
}

/** Central differences of the loss in every parameter, in layout order. */
export function referenceGradient(
  config: ModelConfig,
  parameters: Float32Array,
  batch: TokenBatch,
): Float64Array {
  const point = Float64Array.from(parameters);
  const step = 1e-4;
  return Float64Array.from(parameters, (_, i) => {
    const value = point[i]!;
    point[i] = value + step;
    const above = referenceLoss(config, point, batch);
    point[i] = value - step;
    const below = referenceLoss(config, point, batch);
    point[i] = value;
    return (above - below) / (2 * step);
  });
}
