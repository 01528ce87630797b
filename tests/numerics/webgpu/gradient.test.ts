import { afterAll, describe, expect, it } from 'vitest';
import type { Engine, OptimizerSettings } from '../../../src/engine/engine';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { createWebGpuEngine, type WebGpuEngineOptions } from '../../../src/engine/webgpu/engine';
import { selfTest } from '../../../src/engine/webgpu/self-test';
import type { GemmVariant } from '../../../src/engine/gpu-tuning';
import {
  caseBatch,
  caseParameters,
  ENGINE_CASES,
  type EngineCase,
  engineCase,
  severalTiles,
  tensorErrors,
  worstTensor,
} from '../engine-cases';
import { computingDevice } from './dawn';

const device = await computingDevice();
const module = await loadWasmModule();
afterAll(() => device.destroy());

const SETTINGS: OptimizerSettings = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.1,
  maxGradNorm: 0.5,
};

/** More than one tile of everything, and no multiple of any. */
const RAGGED: readonly EngineCase[] = [
  severalTiles(72, 3),
  engineCase('wide heads', 'clipped', [2, 19], [301, 40, 1, 128, 2]),
];

async function bothEngines(
  c: EngineCase,
  options?: WebGpuEngineOptions,
): Promise<{ gpu: Engine; cpu: Engine }> {
  const parameters = caseParameters(c.config, 1);
  // The whole-model sampling kernel takes longest to compile, and no test here draws much.
  const gpu = await createWebGpuEngine(c.config, device, { sampling: 'stepwise', ...options });
  const cpu = await createWasmEngine(c.config, module);
  await Promise.all([gpu.loadParameters(parameters), cpu.loadParameters(parameters)]);
  return { gpu, cpu };
}

async function compareGradients(c: EngineCase, gpu: Engine, cpu: Engine): Promise<void> {
  const batch = await caseBatch(c, 1, async (b) => (await cpu.score(b)).logProbs);
  const truth = await cpu.gradient(batch);
  const found = await gpu.gradient(batch);
  const { name, error } = worstTensor(tensorErrors(c.config, found.gradient, truth.gradient));
  expect(error, name).toBeLessThan(1e-4);
  for (const [key, value] of Object.entries({ ...truth.metrics })) {
    expect(found.metrics[key as keyof typeof found.metrics], key).toBeCloseTo(value, 4);
  }
}

describe('the webgpu engine against wasm', () => {
  it.each([...ENGINE_CASES, ...RAGGED])(
    'gives the gradient, the metrics and the step of $name',
    async (c) => {
      const { gpu, cpu } = await bothEngines(c);
      await compareGradients(c, gpu, cpu);
      const batch = await caseBatch(c, 2, async (b) => (await cpu.score(b)).logProbs);
      for (let step = 0; step < 3; step++) {
        const [found, truth] = [await gpu.step(batch, SETTINGS), await cpu.step(batch, SETTINGS)];
        expect(found.loss).toBeCloseTo(truth.loss, 4);
        expect(found.gradNorm).toBeCloseTo(truth.gradNorm, 3);
      }
      const parameters = [await gpu.readParameters(), await cpu.readParameters()] as const;
      expect(worstTensor(tensorErrors(c.config, ...parameters)).error).toBeLessThan(1e-4);
      const [found, truth] = [await gpu.readOptimizer(), await cpu.readOptimizer()];
      expect(found.step).toBe(truth.step);
      const moments = tensorErrors(c.config, found.firstMoment, truth.firstMoment);
      expect(worstTensor(moments).error).toBeLessThan(1e-3);
      gpu.dispose();
    },
  );

  const shared = (tile: GemmVariant['tile']): GemmVariant => ({ tile, shared: true });
  const direct = (tile: GemmVariant['tile']): GemmVariant => ({ tile, shared: false });
  it.each([
    { forward: shared(64), backward: shared(32), weights: shared(64), weightWorkgroups: 192 },
    { forward: shared(32), backward: shared(64), weights: shared(32), weightWorkgroups: 8 },
    { forward: direct(32), backward: direct(32), weights: direct(32), weightWorkgroups: 192 },
  ])('gives the same gradient with products as %j', async (tuning) => {
    const c = ENGINE_CASES[0]!;
    const { gpu, cpu } = await bothEngines(c, { tuning });
    await compareGradients(c, gpu, cpu);
    gpu.dispose();
  });

  it('repeats to the bit, resumes from parameters and moments, and passes its self-test', async () => {
    const c = ENGINE_CASES[0]!;
    const { gpu, cpu } = await bothEngines(c);
    const batch = await caseBatch(c, 1, async (b) => (await cpu.score(b)).logProbs);
    const longer = await caseBatch(
      { ...c, rows: 9, length: 9 },
      3,
      async (b) => (await cpu.score(b)).logProbs,
    );
    const first = await gpu.gradient(batch);
    await gpu.gradient(longer);
    const second = await gpu.gradient(batch);
    expect(second).toEqual(first);

    await gpu.step(batch, SETTINGS);
    const parameters = await gpu.readParameters();
    const optimizer = await gpu.readOptimizer();
    await gpu.step(longer, SETTINGS);
    const once = await gpu.readParameters();
    await gpu.loadParameters(parameters);
    await gpu.loadOptimizer(optimizer);
    await gpu.step(longer, SETTINGS);
    expect(await gpu.readParameters()).toEqual(once);

    const report = await selfTest(gpu, cpu);
    expect(report).toMatchObject({ passed: true, repeats: true });
    expect(report.gradientError).toBeLessThan(1e-5);
    gpu.dispose();
  });

  it('leaves a step out whose gradient is not finite', async () => {
    const c = ENGINE_CASES[0]!;
    const { gpu } = await bothEngines(c);
    const batch = await caseBatch(c, 1, async (b) => new Float32Array(b.tokens.length));
    batch.weights.fill(3e38);
    const before = await gpu.readParameters();
    const metrics = await gpu.step(batch, SETTINGS);
    expect(Number.isFinite(metrics.loss) && Number.isFinite(metrics.gradNorm)).toBe(false);
    expect(await gpu.readParameters()).toEqual(before);
    expect((await gpu.readOptimizer()).step).toBe(0);
    gpu.dispose();
  });
});
