import { describe, expect, it } from 'vitest';
import type { ChoiceReason } from '../../../src/engine/reasons';
import {
  chooseEngine,
  hasWasmSimd,
  type Decision,
  type DeviceCapabilities,
} from '../../../src/runtime/engines/choice';
import { choiceSentences } from '../../../src/words/en/reasons/engine-reasons';

const gpu = { name: 'A GPU', software: false };
const laptop: DeviceCapabilities = { wasmSimd: true, gpuAdapter: gpu };
const server = { wasmSimd: true, gpuAdapter: { name: 'google swiftshader', software: true } };
const plain = { wasmSimd: true, gpuAdapter: null };
const old = { wasmSimd: false, gpuAdapter: null };
const automatic = { name: null, backend: null };
const webgpu = { name: 'webgpu', backend: null } as const;

const told = (text: string): ChoiceReason => ({ because: 'told', text });
const worded = (decision: Decision) => ({ ...decision, reason: choiceSentences(decision.reason) });

describe('the engine that a run gets when none is named', () => {
  it.each([
    ['webgpu on a GPU', laptop, 'webgpu', /automatically: A GPU is a GPU/],
    ['wasm on a software adapter', server, 'wasm', /google swiftshader is a software adapter/],
    ['wasm without an adapter', plain, 'wasm', /automatically: .* no WebGPU adapter/],
    ['tfjs where there is no SIMD', old, 'tfjs', /no WebAssembly SIMD/],
  ])('is %s, with the reason', (_, device, name, reason) => {
    const decision = chooseEngine(automatic, device);
    expect(decision.name).toBe(name);
    expect(choiceSentences(decision.reason)).toMatch(reason);
  });

  it('is the next best after one was refused, with what that one said', () => {
    const afterGpu = { webgpu: told('The GPU computes wrong numbers: error 3e-1.') };
    expect(worded(chooseEngine(automatic, laptop, { refused: afterGpu }))).toEqual({
      name: 'wasm',
      backend: null,
      reason: 'The GPU computes wrong numbers: error 3e-1. Chosen automatically.',
    });
    const afterBoth = { ...afterGpu, wasm: told('Memory is full.') };
    expect(worded(chooseEngine(automatic, plain, { refused: afterBoth }))).toEqual({
      name: 'tfjs',
      backend: 'wasm',
      reason: 'The GPU computes wrong numbers: error 3e-1. Memory is full. Chosen automatically.',
    });
  });

  it('is the one that the run began with, where that one can run here', () => {
    const wasm = { name: 'wasm', backend: null } as const;
    expect(worded(chooseEngine(automatic, laptop, { previous: wasm }))).toMatchObject({
      name: 'wasm',
      reason: expect.stringMatching(/continues with the engine it started with/),
    });
    expect(chooseEngine(automatic, server, { previous: webgpu }).name).toBe('webgpu');
    expect(worded(chooseEngine(automatic, plain, { previous: webgpu }))).toMatchObject({
      name: 'wasm',
      reason: expect.stringMatching(/began with the engine webgpu, which is not available here/),
    });
    const refused = { webgpu: told('The GPU failed 4 times.') };
    expect(worded(chooseEngine(automatic, laptop, { previous: webgpu, refused }))).toMatchObject({
      name: 'wasm',
      reason: expect.stringMatching(/began with the engine webgpu.*The GPU failed 4 times/),
    });
  });
});

describe('the engine that was asked for', () => {
  it.each([
    [laptop, 'webgpu'],
    [plain, 'wasm'],
    [old, 'cpu'],
  ])('runs tfjs on the best backend there is', (device, backend) => {
    expect(chooseEngine({ name: 'tfjs', backend: null }, device).backend).toBe(backend);
  });

  it('goes on with the backend of TensorFlow.js that the run began with', () => {
    const previous = { name: 'tfjs', backend: 'cpu' } as const;
    expect(chooseEngine({ name: 'tfjs', backend: null }, laptop, { previous }).backend).toBe('cpu');
  });

  it('is webgpu on any adapter, also one of software', () => {
    expect(chooseEngine(webgpu, laptop)).toMatchObject(webgpu);
    expect(chooseEngine(webgpu, server)).toMatchObject(webgpu);
    expect(() => chooseEngine(webgpu, old)).toThrow(/no WebGPU adapter. Choose the engine wasm/);
  });

  it('is the backend that was named', () => {
    expect(chooseEngine({ name: 'tfjs', backend: 'cpu' }, laptop)).toMatchObject({
      name: 'tfjs',
      backend: 'cpu',
    });
  });

  it('is refused with a way out where it cannot run', () => {
    const onGpu = { name: 'tfjs', backend: 'webgpu' } as const;
    expect(() => chooseEngine(onGpu, old)).toThrow(/no WebGPU adapter. Choose tfjs on wasm/);
    expect(() => chooseEngine({ name: 'wasm', backend: null }, old)).toThrow(/no WebAssembly SIMD/);
  });

  it('can be wasm here', () => {
    expect(hasWasmSimd()).toBe(true);
  });
});
