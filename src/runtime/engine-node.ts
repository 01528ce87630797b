/** Engines and base checkpoints in Node. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../engine/engine';
import { createWasmEngine } from '../engine/wasm/engine';
import { loadWasmModule } from '../engine/wasm/load-node';
import type { ModelConfig } from '../model/config';
import { RunConfigError, type EngineChoice, type RunConfig } from '../training/run-config';
import { basePath, readBase, type Base } from './base';
import type { EngineReport } from './contracts';
import { createEngine, hasWasmSimd, type EngineFactory } from './engine-choice';

const factory: EngineFactory = {
  // TensorFlow.js has no WebGPU in Node, so an adapter is looked for only where `webgpu` is wanted.
  capabilities: () => Promise.resolve({ wasmSimd: hasWasmSimd(), gpuAdapter: null }),
  webgpu: async (config) => {
    const { loadNodeGpu } = await import('../engine/webgpu/load-node');
    const { startWebGpu } = await import('../engine/webgpu/start');
    const reference = () => factory.wasm(config);
    return (await startWebGpu(config, { gpu: await loadNodeGpu(), reference })).engine;
  },
  wasm: async (config) => createWasmEngine(config, await loadWasmModule()),
  tfjs: async (config, backend) => {
    const { createTfjsEngine } = await import('../engine/tfjs/engine');
    const { startBackend } = await import('../engine/tfjs/backend-node');
    await startBackend(backend);
    return createTfjsEngine(config);
  },
};

/** The engine of a run in Node. */
export function nodeEngine(
  config: ModelConfig,
  choice: EngineChoice,
): Promise<{ engine: Engine; report: EngineReport }> {
  if (choice.name !== 'webgpu') return createEngine(config, choice, factory);
  const capabilities = async () => ({
    wasmSimd: hasWasmSimd(),
    gpuAdapter: await dawnAdapterName(),
  });
  return createEngine(config, choice, { ...factory, capabilities });
}

/** The adapter that Dawn finds; null where there is none. */
async function dawnAdapterName(): Promise<string | null> {
  const { loadNodeGpu } = await import('../engine/webgpu/load-node');
  const adapter = await (await loadNodeGpu()).requestAdapter();
  return adapter && (adapter.info.description || adapter.info.vendor || 'unnamed adapter');
}

/** Reads public/base/NAME.safetensors of the repository, which is the working directory. */
export async function nodeBase(config: RunConfig): Promise<Base> {
  const file = path.join('public', basePath(config.base));
  const bytes = await readFile(file).catch(() => {
    throw new RunConfigError(
      `The base checkpoint ${file} is missing. Make it with \`npm run -s lab -- base ${config.preset}\`.`,
    );
  });
  return readBase(bytes, config);
}
