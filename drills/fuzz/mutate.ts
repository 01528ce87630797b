/** Damage of files: to their bytes, and to their values below the level of syntax, so that they still parse. */
import type { Random } from '../../src/random';

const PIECES = [
  ...['"', '\n', '{', '}', '[', ']', ',', ':', '\\', "'", '\0', ';', '\r', '\t', '='],
  ...['null', '1e999', '-1', 'NaN', '\ufffd', '#', '%', '\u{1F600}'],
].map((piece) => new TextEncoder().encode(piece));

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** Changes, cuts, repeats, inserts or overwrites some bytes, up to four times. */
export function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let file = bytes;
  for (let i = random.integer(4); i >= 0; i--) {
    const at = random.integer(file.length + 1);
    const end = Math.min(file.length, at + random.integer(40));
    const part = file.subarray(at, end);
    const number = pick(random, [0x00, 0x7f, 0x80, 0xff]);
    const middle = pick<() => Uint8Array>(random, [
      () => Uint8Array.from(part, (byte) => byte ^ (1 << random.integer(8))),
      () => new Uint8Array(0),
      () => Uint8Array.of(...part, ...part),
      () => pick(random, PIECES),
      () => new Uint8Array(part.length).fill(number),
    ])();
    const next = new Uint8Array(at + middle.length + file.length - end);
    next.set(file.subarray(0, at));
    next.set(middle, at);
    next.set(file.subarray(end), at + middle.length);
    file = next;
  }
  return random.integer(16) === 0 ? file.subarray(0, random.integer(file.length + 1)) : file;
}

/** Values that a reader did not think of; each parses. */
const ODD_VALUES: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => '',
  () => ' ',
  () => -1,
  () => 0,
  () => 0.5,
  () => -0,
  () => 1e308,
  () => 5e-324,
  () => 2 ** 53,
  () => 2 ** 32,
  () => 'NaN',
  () => '-Infinity',
  () => '1e400',
  () => '__proto__',
  () => '\ud800',
  () => 'ﬁ\u0000\u202e',
  (random) => 'x'.repeat(1 << random.integer(14)),
  () => [],
  () => ({}),
  () => [[[[[]]]]],
  () => ({ __proto__: 1, constructor: 2, length: 3 }),
  (random) => Array.from({ length: random.integer(300) }, (_, i) => i),
  (random) => nested(random.integer(200)),
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

type Holder = Record<string, unknown>;

/** Every place of a value, as what holds it and its key there. */
function placesOf(value: unknown, places: [Holder, string][] = []): [Holder, string][] {
  const waiting = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== 'object' || one === null) continue;
    const holder = one as Holder;
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      waiting.push(holder[key]);
    }
  }
  return places;
}

/** A copy with one to three values that are others, gone, doubled, swapped or of another place. */
export function mutatedValue<T>(given: T, random: Random): T {
  let value = structuredClone(given);
  for (let i = random.integer(3); i >= 0; i--) {
    const places = placesOf(value);
    if (places.length === 0) return pick(random, ODD_VALUES)(random) as T;
    const [holder, key] = pick(random, places);
    const [otherHolder, otherKey] = pick(random, places);
    switch (random.integer(7)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case 1:
        if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[key]));
        else holder[`${key}2`] = structuredClone(holder[key]);
        break;
      case 2:
        holder[key] = structuredClone(otherHolder[otherKey]);
        break;
      case 3:
        if (typeof holder[key] === 'number') holder[key] *= pick(random, [-1, 1000, 1e-3, 1.5]);
        else holder[key] = pick(random, ODD_VALUES)(random);
        break;
      case 4:
        if (typeof holder[key] === 'string') holder[key] = mutatedText(holder[key], random);
        else holder[key] = pick(random, ODD_VALUES)(random);
        break;
      default:
        holder[key] = pick(random, ODD_VALUES)(random);
    }
    // What holds itself is not a value of a file.
    value = JSON.parse(JSON.stringify(value) ?? 'null') as T;
  }
  return value;
}

/** A text with one part changed by another of its parts, or by something odd. */
export function mutatedText(text: string, random: Random): string {
  const at = random.integer(text.length + 1);
  const end = Math.min(text.length, at + random.integer(12));
  const from = random.integer(text.length + 1);
  const odd = pick(random, ODD_VALUES)(random);
  const middle = pick(random, [
    text.slice(from, from + random.integer(12)),
    typeof odd === 'string' ? odd : String(JSON.stringify(odd)),
    '',
  ]);
  return text.slice(0, at) + middle + text.slice(end);
}

/** A table of text with cells that are others, gone or in another place; its separators stay. */
export function mutatedTable(text: string, random: Random): string {
  const separator = pick(random, [',', '\t', ';', ' ']);
  const lines = text.split('\n');
  for (let i = random.integer(4); i >= 0; i--) {
    const row = random.integer(lines.length);
    const cells = lines[row]!.split(separator);
    const column = random.integer(cells.length);
    const other = pick(random, lines).split(separator);
    cells[column] = pick(random, [
      other[random.integer(other.length)]!,
      String(pick(random, ODD_VALUES.slice(0, 17))(random)),
      mutatedText(cells[column]!, random),
    ]);
    lines[row] = cells.join(separator);
  }
  return lines.join('\n');
}
