/** Reads the compiled kernels in Node. Browsers fetch the same file. */
import { readFile } from 'node:fs/promises';
import { LabError } from '../../errors';

const FILE = 'build/engine.wasm';

/** Compiles build/engine.wasm of the repository, which is the working directory. */
export async function loadWasmModule(): Promise<WebAssembly.Module> {
  const bytes = await readFile(FILE).catch(() => {
    throw new LabError('engine/kernels-missing', { file: FILE });
  });
  return WebAssembly.compile(new Uint8Array(bytes));
}
