/** Fetches the compiled kernels in a browser. */
import { LabError } from '../../errors';
import address from '../../../build/engine.wasm?url';

/** Fetches and compiles the kernels that the build put beside the page. */
export async function loadWasmModule(): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new LabError('engine/kernels-http', { address, status: response.status });
  }
  // Not compileStreaming: it refuses servers that do not know the type of .wasm files.
  return WebAssembly.compile(await response.arrayBuffer());
}
