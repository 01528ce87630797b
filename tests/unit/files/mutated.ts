/** Damage of every kind, drawn from a seed. */
import type { Random } from '../../../src/random';

const encoder = new TextEncoder();
const PIECES = [
  '"',
  '\n',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  "'",
  '\0',
  'null',
  '1e999',
  '\ufffd',
  '#',
];

/** Changes, cuts, repeats or inserts some bytes. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let file = bytes;
  for (let i = random.integer(4); i >= 0; i--) {
    const at = random.integer(file.length + 1);
    const end = Math.min(file.length, at + random.integer(40));
    const piece = encoder.encode(PIECES[random.integer(PIECES.length)]);
    const middle = [
      Uint8Array.from(file.subarray(at, end), (byte) => byte ^ (1 << random.integer(8))),
      new Uint8Array(0),
      Uint8Array.of(...file.subarray(at, end), ...file.subarray(at, end)),
      piece,
    ][random.integer(4)]!;
    file = Uint8Array.of(...file.subarray(0, at), ...middle, ...file.subarray(end));
  }
  return file;
}
