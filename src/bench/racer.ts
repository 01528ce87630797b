/** What races in the benchmark: an engine of the lab's, or the same model in another library. */
import type { Engine, SampleRequest } from '../engine/engine';
import type { TokenBatch } from '../engine/token-table';
import { BENCH_OPTIMIZER } from './workloads';

export interface Racer {
  /** For people: library, version, device. */
  readonly description: string;
  /** Replaces the parameters (layout order) and resets the optimizer. */
  load(parameters: Float32Array): Promise<void>;
  /** Forward, backward, clip, AdamW; resolves with the loss when all is done. */
  step(batch: TokenBatch): Promise<number>;
  /** Samples, and resolves with the number of tokens drawn. */
  rollout(request: SampleRequest): Promise<number>;
  dispose(): void;
}

/** An engine of the lab's. */
export function engineRacer(engine: Engine): Racer {
  return {
    description: engine.info.description,
    load: (parameters) => engine.loadParameters(parameters),
    step: async (batch) => (await engine.step(batch, BENCH_OPTIMIZER)).loss,
    rollout: async (request) => {
      const { lengths } = await engine.sample(request);
      return lengths.reduce((sum, length) => sum + length, 0);
    },
    dispose: () => engine.dispose(),
  };
}
