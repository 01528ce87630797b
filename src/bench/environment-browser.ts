/** The race in a browser's worker. */
import { browserGpu } from '../engine/gpu-adapter';
import { startBackend } from '../engine/tfjs/backend-browser';
import { loadWasmModule } from '../engine/wasm/load-browser';
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
