import { describe, expect, it } from 'vitest';
import type { GpuTuning } from '../../../src/engine/gpu-tuning';
import {
  ENGINE_CHOICES,
  engineNamed,
  nameOfEngine,
  replaceEngine,
} from '../../../src/training/configuration/choices';

describe('the name of an engine', () => {
  it.each(Object.keys(ENGINE_CHOICES))('gives back the choice: %s', (name) => {
    expect(nameOfEngine(engineNamed(name))).toBe(name);
  });

  it('leaves a precision out that the engine does not have', () => {
    expect(nameOfEngine({ name: 'wasm', backend: null, precision: 'f16' })).toBe('wasm');
  });
});

describe('another engine for a configuration', () => {
  it('comes with its own precision and the GPU tuning of the one before', () => {
    const variant = { tile: 32, shared: true } as const;
    const products = { forward: variant, backward: variant, weights: variant };
    const gpu: GpuTuning = { adapter: 'A GPU', tuning: { ...products, weightWorkgroups: 8 } };
    const half = replaceEngine({ ...engineNamed('webgpu'), gpu }, 'webgpu:f16');
    expect(half).toEqual({ name: 'webgpu', backend: null, precision: 'f16', gpu });
    expect(replaceEngine(half, 'wasm')).toEqual({ name: 'wasm', backend: null, gpu });
    expect(replaceEngine(engineNamed('auto'), 'wasm')).toEqual(engineNamed('wasm'));
  });
});
