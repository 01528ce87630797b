import { describe, expect, it } from 'vitest';
import { isOfThisMachine, qrPath } from '../../../src/views/frame/qr-code';

/** The modules that a path of one-unit rows covers. */
function modulesOf(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i++) modules[Number(y)]![Number(x) + i] = true;
  }
  return modules;
}

/** The square that a reader finds: dark, light, dark in the proportions 1 1 3 1 1. */
const FINDER = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];

describe('the QR code of a link', () => {
  it('has its three finders inside a quiet zone of four modules', async () => {
    const { size, path } = await qrPath('http://lab.example/#/learn/guess?samples=64');
    const modules = modulesOf(path, size);
    const square = (left: number, top: number): string[] =>
      FINDER.map((_, y) =>
        [...Array(7).keys()].map((x) => (modules[top + y]![left + x] ? '1' : '0')).join(''),
      );
    for (const [left, top] of [
      [4, 4],
      [size - 11, 4],
      [4, size - 11],
    ] as const) {
      expect(square(left, top)).toEqual(FINDER);
    }
    const outer = modules.flatMap((row, y) =>
      row.filter((_, x) => Math.min(x, y, size - 1 - x, size - 1 - y) < 4),
    );
    expect(outer.some(Boolean)).toBe(false);
  });

  it('is another one for another link', async () => {
    const [a, b] = await Promise.all([qrPath('http://a/#/learn'), qrPath('http://b/#/learn')]);
    expect(a.path).not.toBe(b.path);
  });

  it('is refused for an address that no code can hold', async () => {
    await expect(qrPath(`http://a/${'x'.repeat(3000)}`)).rejects.toThrow();
  });

  it('is of use to no other machine at an address of this one', () => {
    expect(['localhost', '127.0.0.1', '[::1]'].map(isOfThisMachine)).toEqual([true, true, true]);
    expect(['192.168.1.4', 'lab.example'].map(isOfThisMachine)).toEqual([false, false]);
  });
});
