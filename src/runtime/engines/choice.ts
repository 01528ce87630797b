/** Which engine a run gets, and why. */
import { LabError } from '../../errors';
import { type EngineName, type TfjsBackend } from '../../engine/engine';
import { browserGpu, findAdapter, type GpuAdapter } from '../../engine/gpu-adapter';
import type { ChoiceReason } from '../../engine/reasons';
import type { EngineChoice } from '../../training/configuration/run-config';

/** What a device can run. */
export interface DeviceCapabilities {
  readonly wasmSimd: boolean;
  /** The WebGPU adapter; null where there is none. */
  readonly gpuAdapter: GpuAdapter | null;
}

/** What is known of a run before its engine is chosen. */
interface EngineHistory {
  /** The engine that an earlier part of the run used: another one would end with other numbers. */
  readonly previous?: { readonly name: EngineName; readonly backend: TfjsBackend | null } | null;
  /** Why an engine cannot be used after all: it was tried. */
  readonly refused?: Readonly<Partial<Record<EngineName, ChoiceReason>>>;
}

export interface Decision {
  readonly name: EngineName;
  readonly backend: TfjsBackend | null;
  readonly reason: readonly ChoiceReason[];
}

/** What a browser's device can run. */
export async function browserCapabilities(): Promise<DeviceCapabilities> {
  return { wasmSimd: hasWasmSimd(), gpuAdapter: await findAdapter(browserGpu()) };
}

function chooseBackend(
  asked: TfjsBackend | null,
  { wasmSimd, gpuAdapter }: DeviceCapabilities,
): TfjsBackend {
  if (asked === 'webgpu' && gpuAdapter === null) {
    throw new LabError('engine/asked-tfjs-webgpu');
  }
  if (asked !== null) return asked;
  if (gpuAdapter !== null) return 'webgpu';
  return wasmSimd ? 'wasm' : 'cpu';
}

/**
 * Decides between the engines; throws an error of `engine` where the one asked for cannot run here.
 * Without a wish it is the one that a run began with, else `webgpu` on a GPU, else `wasm`, else
 * `tfjs`; each only where it was not refused before.
 */
export function chooseEngine(
  choice: EngineChoice,
  device: DeviceCapabilities,
  history: EngineHistory = {},
): Decision {
  return choice.name === null
    ? chooseAutomatically(device, history)
    : chooseAsAsked({ ...choice, name: choice.name }, device, history);
}

function chooseAutomatically(device: DeviceCapabilities, history: EngineHistory): Decision {
  const { previous = null, refused = {} } = history;
  if (previous && refused[previous.name] === undefined && canRun(previous, device)) {
    const { name, backend } = previous;
    return { name, backend, reason: [{ because: 'begun' }] };
  }
  const before: readonly ChoiceReason[] = [
    ...(previous ? [{ because: 'lost', engine: previous.name } as const] : []),
    ...Object.values(refused),
  ];
  const chosen = (name: EngineName, backend: TfjsBackend | null, why: ChoiceReason): Decision => {
    return {
      name,
      backend,
      reason: before.length === 0 ? [why] : [...before, { because: 'next' }],
    };
  };
  const { wasmSimd, gpuAdapter } = device;
  if (gpuAdapter && !gpuAdapter.software && refused.webgpu === undefined) {
    return chosen('webgpu', null, { because: 'gpu', adapter: gpuAdapter.name });
  }
  if (wasmSimd && refused.wasm === undefined) {
    return chosen(
      'wasm',
      null,
      gpuAdapter ? { because: 'software', adapter: gpuAdapter.name } : { because: 'no-adapter' },
    );
  }
  return chosen('tfjs', chooseBackend(null, device), { because: 'no-simd' });
}

function canRun({ name, backend }: Pick<Decision, 'name' | 'backend'>, device: DeviceCapabilities) {
  if (name === 'webgpu' || backend === 'webgpu') return device.gpuAdapter !== null;
  return device.wasmSimd || (name === 'tfjs' && backend === 'cpu');
}

function chooseAsAsked(
  { name, backend }: EngineChoice & { readonly name: EngineName },
  device: DeviceCapabilities,
  { previous }: EngineHistory,
): Decision {
  const reason = [{ because: 'asked' }] as const;
  if (name === 'tfjs') {
    const asked = backend ?? (previous?.name === name ? previous.backend : null);
    return { name, backend: chooseBackend(asked, device), reason };
  }
  if (name === 'webgpu' && device.gpuAdapter === null) {
    throw new LabError('engine/asked-webgpu');
  }
  if (name === 'wasm' && !device.wasmSimd) {
    throw new LabError('engine/asked-wasm');
  }
  return { name, backend: null, reason };
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
