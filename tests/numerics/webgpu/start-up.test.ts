import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import { createWasmEngine } from '../../../src/engine/wasm/engine';
import { loadWasmModule } from '../../../src/engine/wasm/load-node';
import { requireSelfTest, selfTest } from '../../../src/engine/webgpu/self-test';
import { shapeOf } from '../../../src/engine/webgpu/step-uniform';
import { gemmAbilities, variantsFor } from '../../../src/engine/webgpu/abilities';
import { fastest, tuneGemm } from '../../../src/engine/webgpu/tuning';
import type { ModelConfig } from '../../../src/model/config';
import { nullDevice } from './dawn';

const CONFIG: ModelConfig = { vocabSize: 13, contextLength: 9, layers: 1, dModel: 16, heads: 2 };

/** A reference engine, some of whose answers are changed. */
async function changed(changes: (engine: Engine) => Partial<Engine>): Promise<Engine> {
  const engine = await createWasmEngine(CONFIG, await loadWasmModule());
  return new Proxy(engine, {
    get: (target, key) => {
      const replaced: unknown = Reflect.get(changes(target), key);
      const value: unknown = replaced ?? Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('the self-test', () => {
  it('passes an engine that agrees with the reference', async () => {
    const report = await selfTest(await changed(() => ({})), await changed(() => ({})));
    expect(report).toMatchObject({ passed: true, gradientError: 0, repeats: true });
    expect(() => requireSelfTest(report)).not.toThrow();
  });

  it('refuses one whose gradient is wrong in one tensor, and names it', async () => {
    const wrong = await changed((engine) => ({
      gradient: async (batch) => {
        const result = await engine.gradient(batch);
        result.gradient[0]! += 0.01;
        return result;
      },
    }));
    const report = await selfTest(wrong, await changed(() => ({})));
    expect(report).toMatchObject({ passed: false, worstTensor: 'wte.weight' });
    expect(() => requireSelfTest(report)).toThrow(
      expect.objectContaining({ code: 'engine/gpu-wrong' }),
    );
    expect(() => requireSelfTest(report)).toThrow(/wte\.weight/);
  });

  it('refuses one that gives NaN or never the same twice', async () => {
    let calls = 0;
    const wrong = await changed((engine) => ({
      gradient: async (batch) => {
        const result = await engine.gradient(batch);
        calls += 1;
        if (calls === 2) result.gradient[5]! += 1e-7;
        return result;
      },
      sample: async (request) => {
        const result = await engine.sample(request);
        result.logProbs.fill(NaN);
        return result;
      },
    }));
    const report = await selfTest(wrong, await changed(() => ({})));
    expect(report).toMatchObject({ passed: false, repeats: false, sampledLogProbError: NaN });
  });
});

describe('the tuning of products', () => {
  it('keeps the fastest variant of each form and the default where none was measured', () => {
    const [first, second] = [
      { tile: 32, shared: true },
      { tile: 64, shared: true },
    ] as const;
    const fallback = { forward: first, backward: first, weights: first, weightWorkgroups: 7 };
    const timings = [
      { form: 'forward', variant: first, milliseconds: 2 },
      { form: 'forward', variant: second, milliseconds: 1 },
      { form: 'weights', variant: first, milliseconds: 1 },
    ] as const;
    expect(fastest(timings, fallback)).toEqual({ ...fallback, forward: second });
  });

  it('measures every variant of every form, and stops when its second is over', async () => {
    const device = await nullDevice();
    const shape = shapeOf({ rows: 4, length: 9 });
    const all = await tuneGemm(device, CONFIG, shape);
    const plain = variantsFor(gemmAbilities(device), 'f32');
    expect(all.timings).toHaveLength(3 * plain.length);
    expect(all).toMatchObject({ cutShort: false, refused: [] });
    const half = await tuneGemm(device, CONFIG, shape, { precision: 'f16' });
    const halves = half.timings.filter(({ variant }) => variant.half);
    expect(halves).toHaveLength(6);
    expect(half.timings).toHaveLength(all.timings.length + 6);
    expect(half.tuning.precision).toBe('f16');
    expect(structuredClone(all.tuning)).toEqual(all.tuning);

    let time = 0;
    const slow = await tuneGemm(device, CONFIG, shape, { now: () => (time += 100) });
    expect(slow.cutShort).toBe(true);
    expect(slow.timings.length).toBeLessThan(all.timings.length);
  });
});
