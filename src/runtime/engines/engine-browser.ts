/** Engines and base checkpoints in a browser's worker. */
import { LabError } from '../../errors';
import { browserGpu } from '../../engine/gpu-adapter';
import { createWasmEngine } from '../../engine/wasm/engine';
import { loadWasmModule } from '../../engine/wasm/load-browser';
import type { ModelConfig } from '../../model/config';
import {
  UNTRAINED_BASE,
  type EngineChoice,
  type RunConfig,
} from '../../training/configuration/run-config';
import { basePath, readBase, untrainedBase, type Base } from './base';
import { browserCapabilities } from './choice';
import { createEngine, type EngineFactory, type EngineOptions, type MadeEngine } from './start';

const factory: EngineFactory = {
  capabilities: browserCapabilities,
  tunings: new Map(),
  webgpu: async (config, options) => {
    const { startWebGpu } = await import('../../engine/webgpu/start');
    const reference = (): ReturnType<typeof factory.wasm> => factory.wasm(config);
    return startWebGpu(config, { gpu: browserGpu(), reference, ...options });
  },
  wasm: async (config) => createWasmEngine(config, await loadWasmModule()),
  tfjs: async (config, backend) => {
    // Over a megabyte of code: loaded only where it is used.
    const { createTfjsEngine } = await import('../../engine/tfjs/engine');
    const { startBackend } = await import('../../engine/tfjs/backend-browser');
    await startBackend(backend);
    return createTfjsEngine(config);
  },
};

/** The engine of a run in a browser. */
export function browserEngine(
  config: ModelConfig,
  choice: EngineChoice,
  options?: EngineOptions,
): Promise<MadeEngine> {
  return createEngine(config, choice, factory, options);
}

/**
 * Fetches a base checkpoint.
 * @param root address of the folder that the page was served from
 */
export async function browserBase(config: RunConfig, root: string): Promise<Base> {
  if (config.base === UNTRAINED_BASE) return untrainedBase(config.model);
  const address = new URL(basePath(config.base), root);
  const response = await fetch(address);
  if (!response.ok) {
    throw new LabError('base/http', { address: address.href, status: response.status });
  }
  return readBase(new Uint8Array(await response.arrayBuffer()), config);
}
