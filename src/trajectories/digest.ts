/**
 * Digests that tell contents apart: of a set, so that one made again can be known for the same, and
 * of a policy's parameters. 64 bits against accident, not against an adversary; a digest that
 * resists one is asynchronous in browsers and absent from pages without TLS.
 */
import type { TrajectoryTable } from './table';
import { tokensOf } from './table';

/** Two 32-bit lanes of murmur3's inner loop with different constants. */
class Digest {
  #a = 0x6a09e667;
  #b = 0xbb67ae85;
  #count = 0;

  /** Takes 32 bits. */
  add(value: number): void {
    this.#count += 1;
    const k = Math.imul(value, 0xcc9e2d51);
    this.#a ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    this.#a = (Math.imul((this.#a << 13) | (this.#a >>> 19), 5) + 0xe6546b64) | 0;
    const m = Math.imul(value ^ this.#a, 0x239b961b);
    this.#b ^= Math.imul((m << 16) | (m >>> 16), 0xab0e9789);
    this.#b = (Math.imul((this.#b << 17) | (this.#b >>> 15), 5) + 0x561ccd1b) | 0;
  }

  /** Takes a list of numbers of at most 32 bits, told apart from a longer or shorter one. */
  addAll(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i++) this.add(values[i]!);
    this.add(values.length);
  }

  addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.add(text.charCodeAt(i));
    this.add(text.length);
  }

  /** 16 hexadecimal digits. */
  value(): string {
    const last = new Digest();
    last.#a = this.#a;
    last.#b = this.#b;
    last.add(this.#count);
    last.add(0x9e3779b9);
    return hex(last.#a) + hex(last.#b);
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** A digest of a set's content that does not depend on how it is cut into tables. */
export class TableDigest {
  readonly #digest = new Digest();

  add(table: TrajectoryTable): void {
    const names = Object.keys(table.extras).sort();
    for (let row = 0; row < table.rows; row++) {
      this.#digest.addAll(tokensOf(table.prompts, row));
      this.#digest.addAll(tokensOf(table.completions, row));
      this.#digest.add(table.levels[row]!);
      this.#digest.addText(table.answers[row]!);
      for (const name of names) {
        const value = table.extras[name]![row];
        if (value === undefined) continue;
        this.#digest.addText(name);
        this.#digest.addText(JSON.stringify(value));
      }
    }
  }

  value(): string {
    return this.#digest.value();
  }
}

/** The digest of a set that is in memory as a whole. */
export function digestOf(table: TrajectoryTable): string {
  const digest = new TableDigest();
  digest.add(table);
  return digest.value();
}

/** The identity of a policy: a digest of its parameters to the bit. */
export function parametersDigest(parameters: Float32Array): string {
  const digest = new Digest();
  const { buffer, byteOffset, length } = parameters;
  digest.addAll(new Uint32Array(buffer, byteOffset, length));
  return digest.value();
}
