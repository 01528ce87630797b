/** The race in a browser's worker. */
import { browserGpu } from '../gpu-adapter';
import { startBackend } from '../tfjs/backend-browser';
import { loadWasmModule } from '../wasm/load-browser';
import type { BenchEnvironment } from './benchmark';
import { startTfjsOn } from './tfjs-device';

export async function browserBenchEnvironment(): Promise<BenchEnvironment> {
  return {
    gpu: browserGpu(),
    isNull: false,
    wasmModule: await loadWasmModule(),
    startTfjs: startBackend,
    startTfjsOn,
    jax: null,
  };
}
