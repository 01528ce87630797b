import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/model/checkpoint';
import type { ModelConfig } from '../../../src/model/config';
import { initialParameters } from '../../../src/model/init';
import { parameterLayout } from '../../../src/model/layout';
import { decodeSafetensors, encodeSafetensors } from '../../../src/model/safetensors';
import { labErrorOf } from '../lab-errors';

const config: ModelConfig = { vocabSize: 5, contextLength: 6, layers: 1, dModel: 8, heads: 2 };

function file(): Uint8Array<ArrayBuffer> {
  return encodeSafetensors({
    tensors: [
      { name: 'a', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'b', shape: [2], values: Float32Array.of(-1, 0.5) },
    ],
    metadata: { note: 'two tensors' },
  });
}

/** The same data under another header. */
function withHeader(
  change: (
    header: Record<string, { data_offsets: number[]; shape: number[]; dtype: string }>,
  ) => void,
): Uint8Array {
  const bytes = file();
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  change(header);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(bytes.subarray(8 + length), 8 + json.length);
  return out;
}

describe('safetensors', () => {
  it('reads a view into a larger buffer, such as Node hands out', () => {
    const pool = Buffer.alloc(1000);
    const bytes = file();
    pool.set(bytes, 3);
    const { tensors } = decodeSafetensors(pool.subarray(3, 3 + bytes.length));
    expect([...tensors[1]!.values]).toEqual([-1, 0.5]);
  });

  it('come back as they went', () => {
    const { tensors, metadata } = decodeSafetensors(file());
    expect(metadata).toEqual({ note: 'two tensors' });
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['a', [2, 3]],
      ['b', [2]],
    ]);
    expect([...tensors[0]!.values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are read from the middle of a larger buffer', () => {
    const bytes = file();
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(decodeSafetensors(larger.subarray(3)).tensors).toHaveLength(2);
  });

  it.each([0, 4, 20, file().length - 1])('are refused when cut off after %i bytes', (length) => {
    expect(() => decodeSafetensors(file().subarray(0, length))).toThrow(labErrorOf('weights'));
  });

  it('are refused when they are something else', () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa, 0, 0, 0, 13);
    expect(() => decodeSafetensors(png)).toThrow(/cut off or is not a safetensors file/);
  });

  it.each([
    ['overlap', /"b" starts at byte 20 and overlaps/, (h) => (h.b!.data_offsets = [20, 28])],
    [
      'leave a gap',
      /"b" starts at byte 28 and leaves a gap/,
      (h) => Object.assign(h.b!, { shape: [1], data_offsets: [28, 32] }),
    ],
    [
      'disagree with the shape',
      /needs 32 bytes; its offsets \[0, 24\] give 24/,
      (h) => (h.a!.shape = [2, 4]),
    ],
    ['have negative shapes', /expected integers from 0/, (h) => (h.a!.shape = [-2, -3])],
    ['run backwards', /give -8/, (h) => (h.b!.data_offsets = [32, 24])],
    ['are of another type', /dtype "F16"; only F32/, (h) => (h.a!.dtype = 'F16')],
    ['leave bytes at the end', /8 bytes follow the last tensor/, (h) => delete h.b],
  ] as [
    string,
    RegExp,
    (h: Record<string, { data_offsets: number[]; shape: number[]; dtype: string }>) => void,
  ][])('are refused when tensors %s', (_, message, change) => {
    expect(() => decodeSafetensors(withHeader(change))).toThrow(message);
  });

  it('are refused with NaN among the weights, naming the place', () => {
    const bytes = file();
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
    expect(() => decodeSafetensors(bytes)).toThrow(/"b" holds NaN at index 1/);
  });
});

describe('model checkpoints', () => {
  const parameters = initialParameters(config, 1);
  const info = { state: { step: 3 }, text: 'plain' };

  it('come back with configuration, parameters, extra tensors and info', () => {
    const extra = [{ name: 'moment', shape: [3], values: Float32Array.of(1, 2, 3) }];
    const back = decodeCheckpoint(encodeCheckpoint({ config, parameters, extra, info }));
    expect(back.config).toEqual(config);
    expect(back.parameters).toEqual(parameters);
    expect(back.extra).toEqual(extra);
    expect(back.info).toEqual(info);
  });

  it('are refused when a tensor has the shape of another model', () => {
    const bytes = encodeCheckpoint({ config, parameters, extra: [], info });
    const text = new TextDecoder('latin1')
      .decode(bytes)
      .replace('vocabSize\\":5', 'vocabSize\\":4');
    const changed = Uint8Array.from(text, (c) => c.charCodeAt(0));
    expect(() => decodeCheckpoint(changed)).toThrow(
      /"wte.weight" has shape \[5, 8\]; the configuration asks for \[4, 8\]/,
    );
  });

  it('are refused without a configuration', () => {
    expect(() => decodeCheckpoint(file())).toThrow(/no "config"/);
  });
});

describe('the parameter layout', () => {
  it('counts the parameters of the recipe and starts every tensor on a multiple of four', () => {
    const laptop = { vocabSize: 18, contextLength: 55, layers: 2, dModel: 64, heads: 4 };
    const { size, slots } = parameterLayout(laptop);
    const perLayer = 64 + 64 * 192 + 64 * 64 + 64 + 64 * 256 + 256 * 64;
    expect(size).toBe(18 * 64 + 55 * 64 + 2 * perLayer + 64 + 64 * 18);
    expect(slots.every((slot) => slot.offset % 4 === 0)).toBe(true);
  });

  it('starts gains at one and matrices at the recipe’s spread', () => {
    const wide = { ...config, dModel: 64, heads: 4, vocabSize: 64 };
    const values = initialParameters(wide, 0);
    for (const slot of parameterLayout(wide).slots) {
      const part = values.subarray(slot.offset, slot.offset + slot.size);
      if (slot.initStd === null) expect(part.every((x) => x === 1)).toBe(true);
      else {
        const std = Math.sqrt(part.reduce((sum, x) => sum + x * x, 0) / part.length);
        expect(std / slot.initStd).toBeCloseTo(1, 0.7);
      }
    }
  });

  it.each([
    [{ dModel: 30 }, /dModel is 30 with 2 heads/],
    [{ layers: 9 }, /layers is 9; it must be an integer from 1 to 8/],
    [{ vocabSize: 1.5 }, /vocabSize is 1.5/],
    [{ contextLength: NaN }, /contextLength is NaN/],
  ])('refuses sizes that cannot be built: %j', (change, message) => {
    expect(() => parameterLayout({ ...config, ...change })).toThrow(message);
  });
});
