/** The oracle: the same model and objective in plain TensorFlow.js, on whichever backend it has. */
import * as tf from '@tensorflow/tfjs';
import { power } from '../../elementary';
import { LabError } from '../../errors';
import { checkModelConfig, type ModelConfig } from '../../model/config';
import { parameterLayout } from '../../model/layout';
import {
  checkBatch,
  checkOptimizer,
  checkParameters,
  checkSampleRequest,
  checkSequences,
} from '../check';
import {
  type Engine,
  type EngineInfo,
  type OptimizerSettings,
  type OptimizerState,
  type SampleRequest,
  type SampleResult,
  type StepMetrics,
  type TokenScores,
} from '../engine';
import type { SequenceBatch, TokenBatch } from '../token-table';
import { TfModel, type Weights } from './model';
import { objective, stepMetrics, targetStatistics } from './objective';
import { sample } from './sampler';

/**
 * Builds the engine on TensorFlow.js's current backend, which must have been started; parameters are
 * zero until {@link Engine.loadParameters}.
 */
export function createTfjsEngine(config: ModelConfig): Engine {
  return new TfjsEngine(checkModelConfig(config));
}

/** Everything the engine keeps on the device, each a vector in layout order. */
interface Vectors {
  parameters: tf.Tensor1D;
  firstMoment: tf.Tensor1D;
  secondMoment: tf.Tensor1D;
  /** 1 where weight decay applies. */
  readonly decayed: tf.Tensor1D;
}

class TfjsEngine implements Engine {
  readonly info: EngineInfo;
  readonly config: ModelConfig;
  readonly #model: TfModel;
  readonly #size: number;
  #stepCount = 0;
  #vectors: Vectors | null;

  constructor(config: ModelConfig) {
    this.config = config;
    this.#model = new TfModel(config);
    const { slots, size } = parameterLayout(config);
    this.#size = size;
    const description = `TensorFlow.js ${tf.version['tfjs']} on ${tf.getBackend()}`;
    this.info = { name: 'tfjs', description };
    const decayed = new Float32Array(size);
    for (const { offset, size: count, decay } of slots) {
      if (decay) decayed.fill(1, offset, offset + count);
    }
    this.#vectors = {
      parameters: tf.zeros([size]),
      firstMoment: tf.zeros([size]),
      secondMoment: tf.zeros([size]),
      decayed: tf.tensor1d(decayed),
    };
  }

  get #live(): Vectors {
    if (this.#vectors) return this.#vectors;
    throw new LabError('engine/disposed');
  }

  #replace(name: 'parameters' | 'firstMoment' | 'secondMoment', vector: tf.Tensor1D): void {
    this.#live[name].dispose();
    this.#live[name] = vector;
  }

  async loadParameters(parameters: Float32Array): Promise<void> {
    checkParameters(parameters, this.#size);
    this.#replace('parameters', tf.tensor1d(parameters));
    this.#replace('firstMoment', tf.zeros([this.#size]));
    this.#replace('secondMoment', tf.zeros([this.#size]));
    this.#stepCount = 0;
  }

  async readParameters(): Promise<Float32Array> {
    return this.#read(this.#live.parameters);
  }

  async loadOptimizer(state: OptimizerState): Promise<void> {
    checkOptimizer(state, this.#size);
    this.#replace('firstMoment', tf.tensor1d(state.firstMoment));
    this.#replace('secondMoment', tf.tensor1d(state.secondMoment));
    this.#stepCount = state.step;
  }

  async readOptimizer(): Promise<OptimizerState> {
    return {
      firstMoment: await this.#read(this.#live.firstMoment),
      secondMoment: await this.#read(this.#live.secondMoment),
      step: this.#stepCount,
    };
  }

  /** A copy: some backends hand out their own memory. */
  async #read(tensor: tf.Tensor): Promise<Float32Array> {
    return Float32Array.from(await tensor.data());
  }

  async step(batch: TokenBatch, settings: OptimizerSettings): Promise<StepMetrics> {
    const { gradient, metrics } = await this.#differentiate(batch);
    if (Number.isFinite(metrics.loss) && Number.isFinite(metrics.gradNorm)) {
      this.#update(gradient, metrics.gradNorm, settings);
    }
    gradient.dispose();
    return metrics;
  }

  async gradient(batch: TokenBatch): Promise<{ gradient: Float32Array; metrics: StepMetrics }> {
    const { gradient, metrics } = await this.#differentiate(batch);
    const values = await this.#read(gradient);
    gradient.dispose();
    return { gradient: values, metrics };
  }

  /** The gradient as one vector, and what the batch measured. */
  async #differentiate(
    batch: TokenBatch,
  ): Promise<{ gradient: tf.Tensor1D; metrics: StepMetrics }> {
    checkBatch(batch, this.config);
    const { gradient, numbers } = tf.tidy(() => {
      let measures: tf.Tensor1D | null = null;
      const lossOf = (...tensors: tf.Tensor[]) => {
        const statistics = this.#statistics(this.#model.named(tensors), batch);
        const result = objective(batch, statistics);
        measures = tf.keep(result.measures);
        return result.loss;
      };
      const tensors = this.#model.split(this.#live.parameters);
      const { value, grads } = tf.valueAndGrads(lossOf)(tensors);
      const vector = tf.concat(grads.map((grad) => grad.flatten()));
      const norm = vector.square().sum().sqrt();
      const read = tf.concat([tf.stack([value, norm]) as tf.Tensor1D, measures!]);
      measures!.dispose();
      return { gradient: vector, numbers: read };
    });
    const [loss, gradNorm, ...rest] = await this.#read(numbers);
    numbers.dispose();
    const metrics = stepMetrics(batch, { loss: loss!, gradNorm: gradNorm!, measures: rest });
    return { gradient, metrics };
  }

  #statistics(weights: Weights, batch: SequenceBatch) {
    const { rows, length, tokens, targets, temperature = 1 } = batch;
    const places = Int32Array.from({ length: rows * length }, (_, i) => i % length);
    const { output } = this.#model.layers(weights, {
      rows,
      length,
      ids: tf.tensor1d(tokens, 'int32'),
      places: tf.tensor1d(places, 'int32'),
      mask: this.#model.causalMask(length),
      cache: null,
    });
    const logits: tf.Tensor2D = this.#model.logits(weights, output).div(temperature);
    return targetStatistics(logits, tf.tensor1d(targets, 'int32'));
  }

  #update(gradient: tf.Tensor1D, gradNorm: number, settings: OptimizerSettings): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm } = settings;
    this.#stepCount += 1;
    const clip = gradNorm > maxGradNorm ? maxGradNorm / gradNorm : 1;
    const [parameters, first, second] = tf.tidy((): [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D] => {
      const { parameters: old, firstMoment, secondMoment, decayed } = this.#live;
      const clipped = gradient.mul(clip);
      const m: tf.Tensor1D = firstMoment.mul(beta1).add(clipped.mul(1 - beta1));
      const v: tf.Tensor1D = secondMoment.mul(beta2).add(clipped.square().mul(1 - beta2));
      const root = v.div(1 - power(beta2, this.#stepCount)).sqrt();
      const update = m.div(1 - power(beta1, this.#stepCount)).div(root.add(epsilon));
      const decay = decayed.mul(old).mul(weightDecay);
      return [old.sub(update.add(decay).mul(learningRate)), m, v];
    });
    this.#replace('parameters', parameters);
    this.#replace('firstMoment', first);
    this.#replace('secondMoment', second);
  }

  async score(batch: SequenceBatch): Promise<TokenScores> {
    checkSequences(batch, this.config);
    const { logProbs, entropies } = tf.tidy(() =>
      this.#statistics(this.#model.named(this.#model.split(this.#live.parameters)), batch),
    );
    const scores = {
      logProbs: await this.#read(logProbs),
      entropies: await this.#read(entropies),
    };
    tf.dispose([logProbs, entropies]);
    return scores;
  }

  async sample(request: SampleRequest): Promise<SampleResult> {
    checkSampleRequest(request, this.config);
    const tensors = tf.tidy(() => this.#model.split(this.#live.parameters));
    const result = await sample(this.#model, this.#model.named(tensors), request);
    tf.dispose(tensors);
    return result;
  }

  dispose(): void {
    if (this.#vectors) tf.dispose(Object.values(this.#vectors));
    this.#vectors = null;
  }
}
