/** Engines and base checkpoints in Node. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { LabError } from '../../errors';
import { asGpuAdapter, findAdapter, type GpuAdapter } from '../../engine/gpu-adapter';
import { createWasmEngine } from '../../engine/wasm/engine';
import { loadWasmModule } from '../../engine/wasm/load-node';
import type { ModelConfig } from '../../model/config';
import {
  UNTRAINED_BASE,
  type EngineChoice,
  type RunConfig,
} from '../../training/configuration/run-config';
import { basePath, readBase, untrainedBase, type Base } from './base';
import { hasWasmSimd } from './choice';
import { createEngine, type EngineFactory, type EngineOptions, type MadeEngine } from './start';

const factory: Omit<EngineFactory, 'capabilities'> = {
  tunings: new Map(),
  webgpu: async (config, options) => {
    const { loadNodeGpu } = await import('../../engine/webgpu/load-node');
    const { startWebGpu } = await import('../../engine/webgpu/start');
    const gpu = await loadNodeGpu();
    return startWebGpu(config, { gpu, reference: () => factory.wasm(config), ...options });
  },
  wasm: async (config) => createWasmEngine(config, await loadWasmModule()),
  tfjs: async (config, backend) => {
    const { createTfjsEngine } = await import('../../engine/tfjs/engine');
    const { startBackend } = await import('../../engine/tfjs/backend-node');
    await startBackend(backend);
    return createTfjsEngine(config);
  },
};

/** The engine of a run in Node. */
export function nodeEngine(
  config: ModelConfig,
  choice: EngineChoice,
  options?: EngineOptions,
): Promise<MadeEngine> {
  const capabilities = async () => ({
    wasmSimd: hasWasmSimd(),
    gpuAdapter: await adapterFor(choice.name),
  });
  return createEngine(config, choice, { ...factory, capabilities }, options);
}

const probedAdapter = v.object({
  info: v.object({
    vendor: v.string(),
    architecture: v.string(),
    description: v.string(),
    isFallbackAdapter: v.boolean(),
  }),
  features: v.array(v.string()),
  limits: v.record(v.string(), v.number()),
});

let probed: Promise<GpuAdapter | null> | null = null;

/** The adapter that Dawn finds; null where there is none, or where the choice needs none. */
async function adapterFor(name: EngineChoice['name']): Promise<GpuAdapter | null> {
  if (name === null) return (probed ??= probeAdapter());
  // TensorFlow.js has no WebGPU in Node.
  if (name !== 'webgpu') return null;
  const { loadNodeGpu } = await import('../../engine/webgpu/load-node');
  return findAdapter(await loadNodeGpu());
}

/**
 * Looks for an adapter in a process of its own: where nobody asked for the GPU, a driver that
 * complains on stderr or crashes, as some do without a display, is nobody's business.
 */
async function probeAdapter(): Promise<GpuAdapter | null> {
  const probe = `
    const gpu = (globalThis.gpu = (await import('webgpu')).create([]));
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const info = { vendor, architecture, description, isFallbackAdapter };
    const limits = {};
    for (const name in adapter.limits) limits[name] = adapter.limits[name];
    console.log(JSON.stringify({ info, features: [...adapter.features], limits }));`;
  try {
    const args = ['--input-type=module', '--eval', probe];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
    return asGpuAdapter(v.parse(probedAdapter, JSON.parse(stdout)));
  } catch {
    return null;
  }
}

/** Reads public/base/NAME.safetensors of the repository, which is the working directory. */
export async function nodeBase(config: RunConfig): Promise<Base> {
  if (config.base === UNTRAINED_BASE) return untrainedBase(config.model);
  const file = path.join('public', basePath(config.base));
  const bytes = await readFile(file).catch(() => {
    throw new LabError('base/missing', { file, preset: config.preset });
  });
  return readBase(bytes, config);
}
