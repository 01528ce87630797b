/** Products by themselves, in the variants that no whole engine is built with on a software adapter. */
import { afterAll, describe, expect, it } from 'vitest';
import type { GemmVariant, ProductForm } from '../../../src/engine/gpu-tuning';
import { gemmAbilities } from '../../../src/engine/webgpu/abilities';
import { DeviceWatch } from '../../../src/engine/webgpu/device';
import { gemm, gemmGrid } from '../../../src/engine/webgpu/kernels/gemm';
import type { GemmOptions } from '../../../src/engine/webgpu/kernels/gemm-context';
import { BufferSet, Readback } from '../../../src/engine/webgpu/memory';
import { bind, PipelineCache, Plan } from '../../../src/engine/webgpu/pipelines';
import { shapeOf, STEP_BYTES, StepUniform } from '../../../src/engine/webgpu/step-uniform';
import { Random } from '../../../src/random';
import { computingDevice } from './dawn';

const device = await computingDevice();
afterAll(() => device.destroy());

/** More than one tile each way, and no whole number of them. */
const TOKENS = 71;
const [WIDE, NARROW] = [76, 68];

/** By form: the options of the product, the shapes of A and B, and C[row, column] of them. */
const FORMS = {
  forward: {
    options: { form: 'nn', columns: WIDE, inner: NARROW },
    sizes: [TOKENS * NARROW, NARROW * WIDE, TOKENS * WIDE],
    at: (a, b, row, column) => sum(NARROW, (k) => a[row * NARROW + k]! * b[k * WIDE + column]!),
  },
  backward: {
    options: { form: 'nt', columns: WIDE, inner: NARROW },
    sizes: [TOKENS * NARROW, WIDE * NARROW, TOKENS * WIDE],
    at: (a, b, row, column) => sum(NARROW, (k) => a[row * NARROW + k]! * b[column * NARROW + k]!),
  },
  weights: {
    options: { form: 'tn', rows: NARROW, columns: WIDE, splits: 1, partialStride: NARROW * WIDE },
    sizes: [TOKENS * NARROW, TOKENS * WIDE, NARROW * WIDE],
    at: (a, b, row, column) => sum(TOKENS, (k) => a[k * NARROW + row]! * b[k * WIDE + column]!),
  },
} as const satisfies Record<
  ProductForm,
  {
    options: Omit<GemmOptions, 'label' | 'variant' | 'abilities'>;
    sizes: readonly [number, number, number];
    at: (a: Float32Array, b: Float32Array, row: number, column: number) => number;
  }
>;

function sum(count: number, term: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += term(k);
  return total;
}

function randoms(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = Random.from(seed, 'product');
  return Float32Array.from({ length: count }, () => random.normal());
}

/** A product of random factors on the device: A, B and C. */
async function product(form: ProductForm, variant: GemmVariant) {
  const { sizes } = FORMS[form];
  const abilities = gemmAbilities(device);
  const options: GemmOptions = { ...FORMS[form].options, label: form, variant, abilities };
  const shape = shapeOf({ rows: 1, length: TOKENS });
  const uniform = new StepUniform();
  uniform.setShape(shape);
  const buffers = new BufferSet(device);
  const readback = new Readback(device, new DeviceWatch(device));
  const [a, b] = [randoms(sizes[0], 1), randoms(sizes[1], 2)];
  const bound = {
    step: buffers.uniform('step', STEP_BYTES),
    a: buffers.storage('a', sizes[0]),
    b: buffers.storage('b', sizes[1]),
    c: buffers.storage('c', sizes[2]),
  };
  device.queue.writeBuffer(bound.step, 0, uniform.bytes);
  device.queue.writeBuffer(bound.a, 0, a);
  device.queue.writeBuffer(bound.b, 0, b);
  const pipeline = await new PipelineCache(device).get(gemm(options));
  const plan = new Plan([bind(device, pipeline, (s) => gemmGrid(options, s), bound)]);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  plan.encode(pass, shape);
  pass.end();
  const read = readback.copy(encoder, bound.c, 4 * sizes[2]);
  device.queue.submit([encoder.finish()]);
  const c = new Float32Array(await read.bytes());
  buffers.destroy();
  readback.destroy();
  return { a, b, c };
}

describe('a staged product on the device', () => {
  it.each([
    ['forward', 32],
    ['backward', 64],
    ['weights', 32],
  ] as const)('is that of its factors: %s, tiles of %i', async (form, tile) => {
    const { a, b, c } = await product(form, { tile, shared: true });
    c.forEach((value, i) => {
      const expected = FORMS[form].at(a, b, Math.floor(i / WIDE), i % WIDE);
      expect(Math.abs(value - expected)).toBeLessThan(1e-4);
    });
  });
});
