import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { createWebGpuEngine } from '../../../src/engine/webgpu/engine';
import {
  caseBatch,
  caseParameters,
  ENGINE_CASES,
  type EngineCase,
  tensorErrors,
  worstTensor,
} from '../engine-cases';
import { softwareDevice } from './dawn';

const device = await softwareDevice();
const module = await loadWasmModule();
afterAll(() => device?.destroy());

async function bothEngines(c: EngineCase, seed: number): Promise<{ gpu: Engine; cpu: Engine }> {
  const parameters = caseParameters(c.config, seed);
  const gpu = await createWebGpuEngine(c.config, device!);
  const cpu = await createWasmEngine(c.config, module);
  await Promise.all([gpu.loadParameters(parameters), cpu.loadParameters(parameters)]);
  return { gpu, cpu };
}

describe.skipIf(!device)('the webgpu engine against wasm', () => {
  it.each(ENGINE_CASES)('gives the gradient and metrics of $name', async (c) => {
    const { gpu, cpu } = await bothEngines(c, 1);
    const batch = await caseBatch(c, 1, async (b) => (await cpu.score(b)).logProbs);
    const truth = await cpu.gradient(batch);
    const found = await gpu.gradient(batch);
    const { name, error } = worstTensor(tensorErrors(c.config, found.gradient, truth.gradient));
    expect(error, name).toBeLessThan(1e-4);
    for (const [key, value] of Object.entries(truth.metrics)) {
      expect(found.metrics[key as keyof typeof found.metrics], key).toBeCloseTo(value, 4);
    }
    gpu.dispose();
  });
});
