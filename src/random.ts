/**
 * Seeded random numbers.
 *
 * Every draw in the lab comes from a stream named by a path, such as
 * `Random.from(seed, 'sft', 'epoch', 3)`. A stream depends on nothing but its path, so a run that
 * resumes at step 500 needs no saved generator state: it opens the stream of step 500 again.
 */
import { cosineOfTurns, log } from './elementary';

/** One part of a stream's name. */
type SeedPart = number | string;

/** Mixes 32 bits so that each input bit flips about half of the output bits (murmur3's finalizer). */
function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function absorb(state: number, part: SeedPart): number {
  if (typeof part === 'number') {
    // Seeds up to 2^53 are told apart: both halves are absorbed.
    const low = part >>> 0;
    const high = Math.floor(part / 0x100000000) >>> 0;
    return mix32((mix32(state ^ low) + 0x9e3779b9 + high) >>> 0);
  }
  let h = mix32(state ^ 0x2545f491);
  for (let i = 0; i < part.length; i++) h = mix32(h ^ (part.charCodeAt(i) + 0x9e3779b9));
  return mix32(h ^ part.length);
}

/** A 32-bit seed for the stream named by `path`; equal paths give equal seeds. */
export function deriveSeed(...path: SeedPart[]): number {
  return path.reduce<number>(absorb, 0x6a09e667);
}

/** A 32-bit hash of a string that never changes: it decides which part a problem belongs to. */
export function hashText(text: string): number {
  return absorb(0xbb67ae85, text);
}

/** A stream of random numbers: xoshiro128** (Blackman and Vigna, 2018). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor(seed: number) {
    this.#a = mix32(seed + 0x9e3779b9);
    this.#b = mix32(this.#a + 0x9e3779b9);
    this.#c = mix32(this.#b + 0x9e3779b9);
    this.#d = mix32(this.#c + 0x9e3779b9) | 1; // the state must not be all zeros
  }

  /** Opens the stream named by `path` at its beginning. */
  static from(...path: SeedPart[]): Random {
    return new Random(deriveSeed(...path));
  }

  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** An index drawn in proportion to `weights`, which need not sum to one. */
  weighted(weights: readonly number[]): number {
    const total = weights.reduce((sum, w) => sum + w, 0);
    let left = this.uniform() * total;
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i]!;
      if (left < 0) return i;
    }
    return weights.findLastIndex((w) => w > 0);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    return radius * cosineOfTurns(this.uniform());
  }

  /** The numbers 0 … n−1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }
}
