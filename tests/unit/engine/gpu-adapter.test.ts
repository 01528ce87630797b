import { describe, expect, it } from 'vitest';
import { type Adapter, adapterName } from '../../../src/engine/gpu-adapter';

const HIDDEN = { vendor: '', architecture: '', description: '', isFallbackAdapter: false };

const unnamed = (changes: Partial<Adapter> = {}): Adapter => ({
  info: HIDDEN,
  features: ['timestamp-query', 'shader-f16'],
  limits: { maxBufferSize: 2 ** 31, maxTextureDimension2D: 16384 },
  ...changes,
});

describe('the name of an adapter', () => {
  it('is what the browser tells', () => {
    const info = { ...HIDDEN, vendor: 'apple', architecture: 'metal-3' };
    expect(adapterName(unnamed({ info }))).toBe('apple metal-3');
    expect(adapterName(unnamed({ info: { ...info, description: 'M1' } }))).toBe('apple M1');
  });

  it('tells adapters apart that a browser leaves unnamed, by features and limits', () => {
    const names = [
      unnamed(),
      unnamed({ features: ['shader-f16'] }),
      unnamed({ limits: { maxBufferSize: 2 ** 30, maxTextureDimension2D: 16384 } }),
      unnamed({ info: { ...HIDDEN, isFallbackAdapter: true } }),
    ].map(adapterName);
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toMatch(/^unnamed adapter [\da-f]{8}$/);
    expect(names[3]).toMatch(/^unnamed software adapter [\da-f]{8}$/);
  });

  it('does not depend on the order of features', () => {
    const turned = unnamed({ features: ['shader-f16', 'timestamp-query'] });
    expect(adapterName(turned)).toBe(adapterName(unnamed()));
  });
});
