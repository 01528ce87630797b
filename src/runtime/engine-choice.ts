/** Which engine a run gets, and the sentence that says why. */
import { EngineError, type Engine, type EngineName, type TfjsBackend } from '../engine/engine';
import type { ModelConfig } from '../model/config';
import type { EngineChoice } from '../training/run-config';
import type { EngineReport } from './contracts';

/** What a device can run. */
export interface DeviceCapabilities {
  readonly wasmSimd: boolean;
  /** Name of the WebGPU adapter; null where there is none. */
  readonly gpuAdapter: string | null;
}

/** How the engines are made in one environment: a browser's worker, or Node. */
export interface EngineFactory {
  capabilities(): Promise<DeviceCapabilities>;
  /** Tested against `wasm` before it is returned. */
  webgpu(config: ModelConfig): Promise<Engine>;
  wasm(config: ModelConfig): Promise<Engine>;
  tfjs(config: ModelConfig, backend: TfjsBackend): Promise<Engine>;
}

interface Decision {
  readonly name: EngineName;
  readonly backend: TfjsBackend | null;
  readonly reason: string;
}

const NO_SIMD = 'this device has no WebAssembly SIMD';
const NO_ADAPTER = 'this device offers no WebGPU adapter';

function chooseBackend(
  asked: TfjsBackend | null,
  { wasmSimd, gpuAdapter }: DeviceCapabilities,
): TfjsBackend {
  if (asked === 'webgpu' && gpuAdapter === null) {
    throw new EngineError(
      `The engine tfjs was asked for on webgpu, but ${NO_ADAPTER}. Choose tfjs on wasm or cpu, or the engine wasm.`,
    );
  }
  if (asked !== null) return asked;
  if (gpuAdapter !== null) return 'webgpu';
  return wasmSimd ? 'wasm' : 'cpu';
}

/**
 * Decides between the engines; throws {@link EngineError} where the one asked for cannot run here.
 * `webgpu` has to be asked for: for the lab's smallest models `wasm` may be the faster one.
 */
export function chooseEngine(choice: EngineChoice, device: DeviceCapabilities): Decision {
  if (choice.name === null) {
    if (device.wasmSimd) {
      const reason =
        'Chosen automatically: it runs on every device. With a GPU, webgpu may be faster.';
      return { name: 'wasm', backend: null, reason };
    }
    const reason = `Chosen automatically: ${NO_SIMD}, which the engine wasm needs.`;
    return { name: 'tfjs', backend: chooseBackend(null, device), reason };
  }
  if (choice.name === 'webgpu') {
    if (device.gpuAdapter !== null) {
      return { name: 'webgpu', backend: null, reason: 'Chosen by hand.' };
    }
    throw new EngineError(
      `The engine webgpu was asked for, but ${NO_ADAPTER}. Choose the engine wasm.`,
    );
  }
  if (choice.name === 'wasm') {
    if (device.wasmSimd) return { name: 'wasm', backend: null, reason: 'Chosen by hand.' };
    throw new EngineError(
      `The engine wasm was asked for, but ${NO_SIMD}. Choose tfjs, or a browser of 2023 or later.`,
    );
  }
  return {
    name: 'tfjs',
    backend: chooseBackend(choice.backend, device),
    reason: 'Chosen by hand.',
  };
}

/** Makes the engine of a run. */
export async function createEngine(
  config: ModelConfig,
  choice: EngineChoice,
  factory: EngineFactory,
): Promise<{ engine: Engine; report: EngineReport }> {
  const { name, backend, reason } = chooseEngine(choice, await factory.capabilities());
  const make = (): Promise<Engine> => {
    if (backend !== null) return factory.tfjs(config, backend);
    return name === 'webgpu' ? factory.webgpu(config) : factory.wasm(config);
  };
  const engine = await make();
  return { engine, report: { name, backend, description: engine.info.description, reason } };
}

/** A module whose one function returns a vector: engines without SIMD refuse it. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0],
  ...[253, 15, 253, 98, 11],
);

/** Whether WebAssembly here has 128-bit SIMD. */
export function hasWasmSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_PROBE);
}
