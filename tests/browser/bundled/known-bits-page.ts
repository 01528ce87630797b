/** What `known-bits.spec.ts` asks of a page: the bits of every check in this browser. */
import { loadWasmModule } from '../../../src/engine/wasm/load-browser';
import { bitsOf, CONCLUSIONS, FOUNDATIONS } from '../../numerics/known-bits';

/** One line a check; the same text in Node and in every browser. */
export async function knownBits(): Promise<string> {
  return bitsOf([...FOUNDATIONS, ...CONCLUSIONS], await loadWasmModule());
}
