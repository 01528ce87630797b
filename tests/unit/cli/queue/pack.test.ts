import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../../src/cli/queue/pack';

const arrays = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.uint8Array(),
  fc.uint16Array(),
  fc.uint32Array(),
  fc.int32Array(),
);
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(NaN, Infinity, -Infinity, -0, undefined, null, true, '\u0000', '\ud800'),
    fc.double(),
    fc.string({ unit: 'binary' }),
    arrays,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'is')), tie('any'), {
      noNullPrototype: true,
    }),
  ),
})).any;

describe('packed data', () => {
  it('comes back as it was, to the bit', () => {
    fc.assert(
      fc.property(values, (value) => {
        const plain = JSON.stringify(value);
        const back = unpack(pack(value));
        expect(back).toStrictEqual(value);
        expect(JSON.stringify(back)).toBe(plain);
      }),
    );
  });

  it('keeps the bits of numbers that are none, and of views into larger memory', () => {
    const bits = new Uint32Array([0x7fc00001, 0xffc00002, 0x80000000, 0, 1]);
    const view = new Float32Array(bits.buffer, 4, 3);
    const back = unpack(pack({ view })) as { view: Float32Array };
    expect(new Uint32Array(back.view.buffer)).toEqual(bits.slice(1, 4));
  });

  it('spends nothing on zeros', () => {
    const zeros = new Float32Array(1000);
    expect(pack({ zeros }).length).toBeLessThan(200);
    expect(unpack(pack({ zeros }))).toEqual({ zeros });
  });

  it('is refused where it is cut short or another thing', () => {
    const bytes = pack({ weights: new Float32Array([1, 2, 3]) });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => unpack(bytes.slice(0, length))).toThrow();
    }
    expect(() => pack({ map: new Map() })).toThrow(/no form/);
    expect(() => pack({ big: new BigInt64Array(1) })).toThrow(/no form/);
  });
});
