import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine, OptimizerSettings } from '../../../src/engine/engine';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { createWebGpuEngine, type WebGpuEngineOptions } from '../../../src/engine/webgpu/engine';
import { sameForAll } from '../../../src/engine/webgpu/operations';
import { selfTest } from '../../../src/engine/webgpu/self-test';
import type { GemmVariant, Tuning } from '../../../src/engine/gpu-tuning';
import {
  caseBatch,
  caseParameters,
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

const tiles = (tile: GemmVariant['tile'], shared: boolean): GemmVariant => ({ tile, shared });

/**
 * Models whose compile-time code differs, and how they make products: kernels compile for seconds on a
 * software adapter, those of staged tiles for half a minute, so what differs by batch alone is tested on
 * one model below, and the other staged products by themselves (`product.test.ts`). Shapes fit no
 * vector width, or fill more than one tile of everything and no multiple of any; heads are from 4 to
 * 64 wide.
 */
const SHAPES: readonly { readonly c: EngineCase; readonly tuning?: Tuning }[] = [
  { c: engineCase('one token', 'nll', [1, 1], [2, 2, 1, 8, 2]) },
  { c: severalTiles(72, 3) },
  {
    c: engineCase('staged tiles and a wide head', 'mixed', [2, 19], [130, 40, 1, 64, 1]),
    tuning: {
      forward: tiles(64, true),
      backward: tiles(32, true),
      weights: tiles(64, true),
      weightWorkgroups: 192,
    },
  },
];

/** Every kind of loss and every coefficient, on one model. */
const MODEL = [33, 17, 3, 32, 1] as const;
const SMALL_TILES: Tuning = { ...sameForAll(tiles(32, false)), weightWorkgroups: 192 };
const BATCHES: readonly EngineCase[] = [
  engineCase('nll', 'nll', [5, 7], MODEL),
  engineCase('clipped', 'clipped', [4, 11], MODEL),
  engineCase('shaped', 'shaped', [3, 6], MODEL),
  engineCase('nll with entropy', 'nll', [3, 5], MODEL, { entropyCoefficient: 0.3 }),
  engineCase('clipped with KL and entropy', 'clipped', [6, 9], MODEL, {
    klCoefficient: 0.4,
    entropyCoefficient: 0.05,
  }),
  engineCase('all kinds in one batch', 'mixed', [7, 13], MODEL, {
    klCoefficient: 0.1,
    entropyCoefficient: -0.1,
  }),

  {
    ...engineCase('a policy of temperature 0.7', 'mixed', [5, 9], MODEL, {
      klCoefficient: 0.2,
      entropyCoefficient: 0.1,
    }),
    temperature: 0.7,
  },
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

/** Three steps from the case's parameters end with the parameters and moments of wasm. */
async function compareSteps(c: EngineCase, gpu: Engine, cpu: Engine): Promise<void> {
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
}

describe('the webgpu engine against wasm', () => {
  it.each(SHAPES)(
    'gives the gradient, the metrics and the step of $c.name',
    async ({ c, tuning }) => {
      const { gpu, cpu } = await bothEngines(c, { tuning });
      await compareGradients(c, gpu, cpu);
      await compareSteps(c, gpu, cpu);
      gpu.dispose();
    },
  );
});

describe('the webgpu engine against wasm, one model and batches of every kind', async () => {
  const { gpu, cpu } = await bothEngines(BATCHES[0]!, { tuning: SMALL_TILES });
  const c = BATCHES[0]!;
  const batch = await caseBatch(c, 1, async (b) => (await cpu.score(b)).logProbs);
  beforeEach(async () => {
    const parameters = caseParameters(c.config, 1);
    await Promise.all([gpu.loadParameters(parameters), cpu.loadParameters(parameters)]);
  });
  afterAll(() => gpu.dispose());

  it.each(BATCHES)('gives the gradient, the metrics and the step of $name', async (each) => {
    await compareGradients(each, gpu, cpu);
    await compareSteps(each, gpu, cpu);
  });

  it('repeats to the bit, resumes from parameters and moments, and passes its self-test', async () => {
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
  });

  it('leaves a step out whose gradient is not finite', async () => {
    const endless = await caseBatch(c, 1, async (b) => new Float32Array(b.tokens.length));
    endless.weights.fill(3e38);
    const before = await gpu.readParameters();
    const metrics = await gpu.step(endless, SETTINGS);
    expect(Number.isFinite(metrics.loss) && Number.isFinite(metrics.gradNorm)).toBe(false);
    expect(await gpu.readParameters()).toEqual(before);
    expect((await gpu.readOptimizer()).step).toBe(0);
  });
});
