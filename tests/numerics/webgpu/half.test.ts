/**
 * Products of 16-bit floats and by matrix units, on an adapter that has them. SwiftShader has neither;
 * Mesa's llvmpipe has 16-bit floats from version 25 on and matrix units from 26 on. Where no adapter
 * has them there is nothing to test but their code, which the null device checks in any case.
 */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import { type GemmVariant, type KnownTuning, PRECISIONS } from '../../../src/engine/gpu-tuning';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import {
  type GemmAbilities,
  gemmAbilities,
  variantsFor,
} from '../../../src/engine/webgpu/abilities';
import { describeAdapter } from '../../../src/engine/webgpu/device';
import { createWebGpuEngine } from '../../../src/engine/webgpu/engine';
import { loadNodeGpu } from '../../../src/engine/webgpu/load-node';
import { sameForAll } from '../../../src/engine/webgpu/operations';
import { selfTest } from '../../../src/engine/webgpu/self-test';
import { startWebGpu } from '../../../src/engine/webgpu/start';
import { tuningSentences } from '../../../src/words/en/reasons/engine-reasons';
import {
  caseBatch,
  caseParameters,
  type EngineCase,
  severalTiles,
  tensorErrors,
  worstTensor,
} from '../engine-cases';
import { computingDevice } from './dawn';

const LLVMPIPE = [
  '/usr/share/vulkan/icd.d/lvp_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
];
const usual = process.env['VK_ICD_FILENAMES'];
const llvmpipe = LLVMPIPE.find((file) => existsSync(file));
// Read by the Vulkan loader when Dawn looks for adapters; each test file has a process of its own.
if (llvmpipe && usual?.includes('swiftshader')) process.env['VK_ICD_FILENAMES'] = llvmpipe;

/** Null where the driver that is installed is too old for Dawn. */
const device = await computingDevice().catch(() => null);
const abilities = device && gemmAbilities(device);
const module = await loadWasmModule();
afterAll(() => device?.destroy());

/** Whole tiles, which matrix units want, and more than one of everything. */
const CASE = severalTiles(64, 4);
/** Milliseconds: LLVM takes half a minute for an engine's kernels, and minutes on a busy machine. */
const COMPILING = 900_000;

/** Of a norm of the whole tensor, with factors of 11 bits. */
const HALF_ERROR = 3e-3;

/**
 * The gradient's errors in the worst tensor, for weights times each of `factors`. All by one engine,
 * which compiles for long; it has to pass the self-test, too.
 */
async function gradientErrors(
  c: EngineCase,
  variant: GemmVariant,
  factors: readonly number[],
): Promise<number[]> {
  const tuning = { ...sameForAll(variant), weightWorkgroups: 8 };
  const parameters = caseParameters(c.config, 1);
  const gpu = await createWebGpuEngine(c.config, device!, { tuning, sampling: 'stepwise' });
  const cpu = await createWasmEngine(c.config, module);
  await Promise.all([gpu.loadParameters(parameters), cpu.loadParameters(parameters)]);
  const errors: number[] = [];
  for (const factor of factors) {
    const batch = await caseBatch(c, 1, async (b) => (await cpu.score(b)).logProbs);
    batch.weights.forEach((weight, i) => (batch.weights[i] = factor * weight));
    const [found, truth] = [await gpu.gradient(batch), await cpu.gradient(batch)];
    errors.push(worstTensor(tensorErrors(c.config, found.gradient, truth.gradient)).error);
  }
  const report = await selfTest(gpu, cpu);
  expect(report).toMatchObject({ passed: true, tolerance: variant.half ? 1e-2 : 1e-4 });
  gpu.dispose();
  cpu.dispose();
  return errors;
}

/** Declares tests only where there is something to test: a test that is skipped counts as failed. */
const ifSome =
  (variants: readonly GemmVariant[]) =>
  (name: string, tests: () => void): void => {
    if (variants.length > 0) describe(name, tests);
    else console.warn(`No adapter here for: ${name}.`);
  };

const all = abilities ? variantsFor(abilities, 'f16') : [];
const halves = all.filter(({ half, matrix }) => half && !matrix);
const units = all.filter(({ matrix }) => matrix);

describe('the variants of a product', () => {
  it('are those that the device can build, in the precision that is asked for', () => {
    const none: GemmAbilities = { workgroupBytes: 16384, half: false, matrixUnits: {} };
    const some: GemmAbilities = {
      workgroupBytes: 16384,
      half: true,
      matrixUnits: { f16: { side: 16, subgroupSize: 32 } },
    };
    const counts = (abilities: GemmAbilities): number[] =>
      PRECISIONS.map((precision) => variantsFor(abilities, precision).length);
    expect(counts(none)).toEqual([4, 4]);
    expect(counts(some)).toEqual([4, 8]);
    expect(variantsFor(some, 'f16').filter(({ half }) => half)).toHaveLength(4);
  });
});

ifSome(halves)('products of 16-bit floats', () => {
  it(
    'give the gradient within their precision, however small or large the weights',
    { timeout: COMPILING },
    async () => {
      const errors = await gradientErrors(CASE, halves[0]!, [1, 1e-7, 1e5]);
      for (const error of errors) {
        expect(error).toBeLessThan(HALF_ERROR);
        // Were they of 32 bits after all, the error would be a thousandth of this.
        expect(error).toBeGreaterThan(1e-5);
      }
    },
  );
});

ifSome(units)('products by matrix units', () => {
  it.each(units)('give the gradient: %j', async (variant) => {
    const [error] = await gradientErrors(CASE, variant, [1]);
    expect(error).toBeLessThan(variant.half ? HALF_ERROR : 1e-4);
  });
});

const MODEL = { vocabSize: 13, contextLength: 9, layers: 1, dModel: 16, heads: 2 };

// Where 16-bit floats are all that is offered, compiling a whole start takes minutes.
ifSome(units)('the start of an engine whose matrix units compute wrong numbers', () => {
  it('does without them, and says why', async () => {
    const variant = { tile: 32, shared: true, half: true, matrix: true } as const;
    const tuning = { ...sameForAll(variant), weightWorkgroups: 8, precision: 'f16' } as const;
    const known: KnownTuning[] = [{ source: 'run', adapter: describeAdapter(device!), tuning }];
    let tests = 0;
    // A reference that disagrees once: as if the matrix units were wrong.
    const reference = async (): Promise<Engine> => {
      const engine = await createWasmEngine(MODEL, module);
      tests += 1;
      return tests > 1 ? engine : Object.assign(engine, { loadParameters: async () => undefined });
    };
    const gpu = await loadNodeGpu();
    const started = await startWebGpu(MODEL, { gpu, reference, known, precision: 'f16' });
    started.engine.dispose();
    const { report, tuningReason } = started;
    expect(report.selfTest).toMatchObject({ passed: true, tolerance: 0.01 });
    expect(report.tuning).toMatchObject({ precision: 'f16', forward: { half: true } });
    expect(report.tuning.forward.matrix).toBeUndefined();
    expect(tuningSentences(report, tuningReason)).toMatch(
      /without the matrix units: This GPU computes wrong numbers/,
    );
    expect(tests).toBe(2);
  });
});
