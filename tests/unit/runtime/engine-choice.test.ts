import { describe, expect, it } from 'vitest';
import { chooseEngine, hasWasmSimd } from '../../../src/runtime/engine-choice';

const laptop = { wasmSimd: true, gpuAdapter: 'A GPU' };
const old = { wasmSimd: false, gpuAdapter: null };
const automatic = { name: null, backend: null };

describe('the engine that a run gets', () => {
  it('is wasm when none is named, with the reason', () => {
    expect(chooseEngine(automatic, laptop)).toEqual({
      name: 'wasm',
      backend: null,
      reason: expect.stringMatching(/automatically: it runs on every device/),
    });
  });

  it('is tfjs where there is no SIMD, with the reason', () => {
    expect(chooseEngine(automatic, old)).toEqual({
      name: 'tfjs',
      backend: 'cpu',
      reason: expect.stringMatching(/no WebAssembly SIMD/),
    });
  });

  it.each([
    [laptop, 'webgpu'],
    [{ ...laptop, gpuAdapter: null }, 'wasm'],
    [old, 'cpu'],
  ])('runs tfjs on the best backend there is', (device, backend) => {
    expect(chooseEngine({ name: 'tfjs', backend: null }, device).backend).toBe(backend);
  });

  it('is webgpu where it is asked for and there is an adapter', () => {
    const webgpu = { name: 'webgpu', backend: null } as const;
    expect(chooseEngine(webgpu, laptop)).toMatchObject(webgpu);
    expect(() => chooseEngine(webgpu, old)).toThrow(/no WebGPU adapter. Choose the engine wasm/);
  });

  it('is the one that was asked for', () => {
    expect(chooseEngine({ name: 'tfjs', backend: 'cpu' }, laptop)).toMatchObject({
      name: 'tfjs',
      backend: 'cpu',
    });
  });

  it('is refused with a way out where it cannot run', () => {
    const webgpu = { name: 'tfjs', backend: 'webgpu' } as const;
    expect(() => chooseEngine(webgpu, old)).toThrow(/no WebGPU adapter. Choose tfjs on wasm/);
    expect(() => chooseEngine({ name: 'wasm', backend: null }, old)).toThrow(/no WebAssembly SIMD/);
  });

  it('can be wasm here', () => {
    expect(hasWasmSimd()).toBe(true);
  });
});
