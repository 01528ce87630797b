/** Engines and base checkpoints in a browser's worker. */
import type { Engine } from '../engine/engine';
import { browserGpu, gpuAdapterName } from '../engine/gpu-adapter';
import { createWasmEngine } from '../engine/wasm/engine';
import { loadWasmModule } from '../engine/wasm/load-browser';
import type { ModelConfig } from '../model/config';
import { RunConfigError, type EngineChoice, type RunConfig } from '../training/run-config';
import { basePath, readBase, type Base } from './base';
import type { EngineReport } from './contracts';
import { createEngine, hasWasmSimd, type EngineFactory } from './engine-choice';

const factory: EngineFactory = {
  capabilities: async () => ({ wasmSimd: hasWasmSimd(), gpuAdapter: await gpuAdapterName() }),
  webgpu: async (config) => {
    const { startWebGpu } = await import('../engine/webgpu/start');
    const reference = () => factory.wasm(config);
    return (await startWebGpu(config, { gpu: browserGpu(), reference })).engine;
  },
  wasm: async (config) => createWasmEngine(config, await loadWasmModule()),
  tfjs: async (config, backend) => {
    // Over a megabyte of code: loaded only where it is used.
    const { createTfjsEngine } = await import('../engine/tfjs/engine');
    const { startBackend } = await import('../engine/tfjs/backend-browser');
    await startBackend(backend);
    return createTfjsEngine(config);
  },
};

/** The engine of a run in a browser. */
export function browserEngine(
  config: ModelConfig,
  choice: EngineChoice,
): Promise<{ engine: Engine; report: EngineReport }> {
  return createEngine(config, choice, factory);
}

/**
 * Fetches a base checkpoint.
 * @param root address of the folder that the page was served from
 */
export async function browserBase(config: RunConfig, root: string): Promise<Base> {
  const address = new URL(basePath(config.base), root);
  const response = await fetch(address);
  if (!response.ok) {
    throw new RunConfigError(
      `The base checkpoint ${address.href} could not be loaded (HTTP ${response.status}). Is the lab served in full?`,
    );
  }
  return readBase(new Uint8Array(await response.arrayBuffer()), config);
}
