/** Engines and base checkpoints in a browser's worker. */
import { LabError } from '../../errors';
import { browserGpu } from '../../engine/gpu-adapter';
import { createWasmEngine } from '../../engine/wasm/engine';
import { loadWasmModule } from '../../engine/wasm/load-browser';
import type { EngineName } from '../../engine/engine';
import type { DivisibleEngine } from '../../engine/parts';
import type { ModelConfig } from '../../model/config';
import { forwardFlopsPerToken, sftFlops } from '../../model/flops';
import {
  UNTRAINED_BASE,
  type EngineChoice,
  type RunConfig,
} from '../../training/configuration/run-config';
import { allowSilence } from '../workers/pulse';
import { basePath, readBase, untrainedBase, type Base } from './base';
import { browserCapabilities } from './choice';
import { createEngine, type EngineFactory, type EngineOptions, type MadeEngine } from './start';

/** The `wasm` engine alone, without helpers. */
export async function browserWasm(config: ModelConfig): Promise<DivisibleEngine> {
  return createWasmEngine(config, await loadWasmModule());
}

const factory: EngineFactory = {
  capabilities: browserCapabilities,
  tunings: new Map(),
  webgpu: async (config, options) => {
    const { startWebGpu } = await import('../../engine/webgpu/start');
    const reference = (): ReturnType<typeof factory.wasm> => factory.wasm(config);
    return startWebGpu(config, { gpu: browserGpu(), reference, ...options });
  },
  wasm: browserWasm,
  tfjs: async (config, backend) => {
    // Over a megabyte of code: loaded only where it is used.
    const { createTfjsEngine } = await import('../../engine/tfjs/engine');
    const { startBackend } = await import('../../engine/tfjs/backend-browser');
    await startBackend(backend);
    return createTfjsEngine(config);
  },
};

/** The engine of a run in a browser's worker. */
export async function browserEngine(
  config: ModelConfig,
  choice: EngineChoice,
  options?: EngineOptions,
): Promise<MadeEngine> {
  const made = await createEngine(config, choice, factory, options);
  allowSilence(longestPiece(config, made.report.name));
  return made;
}

/** Rows of the largest batch that is computed in one piece. */
const LARGEST_BATCH = 256;
/**
 * FLOPs a second of the slowest device that is still of use: a tenth of what one core of a laptop does
 * with each engine (docs/benchmarks.md; for \`tfjs\` its plain JavaScript).
 */
const SLOWEST: Readonly<Record<EngineName, number>> = { wasm: 1.7e9, webgpu: 1.7e9, tfjs: 1.6e7 };

/** Seconds that a piece of work, which hears nothing on the way, takes at the worst: a training step. */
export function longestPiece(config: ModelConfig, engine: EngineName): number {
  const tokens = LARGEST_BATCH * config.contextLength;
  return sftFlops(tokens, forwardFlopsPerToken(config)) / SLOWEST[engine];
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
