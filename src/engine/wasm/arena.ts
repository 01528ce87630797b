/** Memory of the WebAssembly engine: blocks handed out in order, freed all at once. */
import { LabError } from '../../errors';
import type { Address } from './kernels';

const PAGE_BYTES = 65536;
/** The module's own constants lie below the first page's end. */
const FIRST_ADDRESS = PAGE_BYTES;
const CACHE_LINE = 64;
/** One vector may be read past the end of a block. */
const SLACK_BYTES = 64;

/** A bump allocator. What is allocated before {@link keep} stays; the rest is freed by {@link reset}. */
export class Arena {
  readonly #memory: WebAssembly.Memory;
  #kept = FIRST_ADDRESS;
  #top = FIRST_ADDRESS;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Bytes of the whole memory: it never shrinks. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Address of room for `count` 32-bit numbers; throws an error of `engine` if memory is full. */
  allocate(count: number): Address {
    const address = this.#top;
    const bytes = Math.ceil((count * 4 + SLACK_BYTES) / CACHE_LINE) * CACHE_LINE;
    this.#top += bytes;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(missing, bytes);
    return address;
  }

  #grow(missing: number, asked: number): void {
    try {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch {
      throw new LabError('engine/wasm-memory', {
        mebibytes: Math.ceil(this.#top / 2 ** 20),
        more: Math.ceil(asked / 2 ** 20),
      });
    }
  }

  /** Room for a matrix whose rows are read and written in fours, the last four beginning at any of them. */
  matrix(rows: number, columns: number): Address {
    return this.allocate((rows + 3) * columns);
  }

  /** Keeps all that has been allocated so far. */
  keep(): void {
    this.#kept = this.#top;
  }

  /** Frees what was allocated after {@link keep}, or after an address that {@link top} was. */
  reset(top = this.#kept): void {
    this.#top = top;
  }

  /** Where the next block begins. */
  get top(): Address {
    return this.#top;
  }

  /** A view that is valid until the next allocation. */
  floats(address: Address, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, count);
  }

  /** A view that is valid until the next allocation. */
  integers(address: Address, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, count);
  }

  /** Copies integers in and returns their address. */
  store(values: Int32Array): Address {
    const address = this.allocate(values.length);
    this.integers(address, values.length).set(values);
    return address;
  }
}
