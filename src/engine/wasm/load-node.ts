/** Reads the compiled kernels in Node. Browsers fetch the same file. */
import { readFile } from 'node:fs/promises';
import { LabError } from '../../errors';

/** Of the repository, which is the working directory. */
export const WASM_FILE = 'build/engine.wasm';

/** Compiles build/engine.wasm of the repository, which is the working directory. */
export async function loadWasmModule(): Promise<WebAssembly.Module> {
  const bytes = await readFile(WASM_FILE).catch(() => {
    throw new LabError('engine/kernels-missing', { file: WASM_FILE });
  });
  return WebAssembly.compile(new Uint8Array(bytes));
}
