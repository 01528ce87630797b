/** Initial parameters of a model that has not been trained. */
import { Random } from '../random';
import type { ModelConfig } from './config';
import { parameterLayout } from './layout';

/** Fresh parameters in layout order, drawn from `seed`. */
export function initialParameters(config: ModelConfig, seed: number): Float32Array {
  const { slots, size } = parameterLayout(config);
  const parameters = new Float32Array(size);
  for (const slot of slots) {
    const values = parameters.subarray(slot.offset, slot.offset + slot.size);
    if (slot.initStd === null) {
      values.fill(1);
      continue;
    }
    const random = Random.from(seed, 'init', slot.name);
    for (let i = 0; i < values.length; i++) values[i] = slot.initStd * random.normal();
  }
  return parameters;
}
