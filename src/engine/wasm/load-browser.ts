/** Fetches the compiled kernels in a browser. */
import address from '../../../build/engine.wasm?url';
import { EngineError } from '../engine';

/** Fetches and compiles the kernels that the build put beside the page. */
export async function loadWasmModule(): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new EngineError(
      `The kernels ${address} could not be loaded (HTTP ${response.status}). Is the lab served in full?`,
    );
  }
  // Not compileStreaming: it refuses servers that do not know the type of .wasm files.
  return WebAssembly.compile(await response.arrayBuffer());
}
