/** The GPU device: made with what the adapter offers, and watched for loss and errors. */
import { LabError, messageOf } from '../../errors';
import { adapterName, isSoftwareAdapter } from '../gpu-adapter';
import { MATRIX_FEATURE, noteMatrixUnits } from './abilities';

/** Features that are asked for where the adapter has them. */
const WANTED_FEATURES = [
  'timestamp-query',
  'shader-f16',
  'subgroups',
  MATRIX_FEATURE,
] as readonly GPUFeatureName[];

/** Limits that are raised to what the adapter offers: larger batches, larger tiles. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** What the engine's kernels need; WebGPU's defaults, which every adapter but compatibility ones has. */
const NEEDED_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
} as const satisfies Partial<Record<keyof GPUSupportedLimits, number>>;

/** Throws an error of `engine` unless `limits` suffice for the engine's kernels. */
export function checkLimits(limits: GPUSupportedLimits): void {
  for (const [name, needed] of Object.entries(NEEDED_LIMITS)) {
    const offered = limits[name as keyof typeof NEEDED_LIMITS];
    if (offered < needed) {
      throw new LabError('engine/gpu-limits', { name, offered, needed });
    }
  }
}

/**
 * A device of the fastest adapter, with the features and limits that it offers.
 * @param gpu `navigator.gpu` in a page or worker, or what Dawn's `create` returns in Node
 * @throws an error of `engine` if there is no adapter, it offers too little or goes away
 */
export async function requestDevice(gpu: GPU | undefined): Promise<GPUDevice> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new LabError(gpu ? 'engine/no-adapter' : 'engine/no-webgpu');
  }
  checkLimits(adapter.limits);
  const asked = adapter.requestDevice({
    label: 'Plasticity Lab',
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]])),
  });
  const device = await asked.catch((error: unknown) => {
    // What is asked for is what the adapter offers: it went away meanwhile.
    throw new LabError('engine/gpu-silent', { message: messageOf(error) });
  });
  noteMatrixUnits(device, adapter);
  adapterNames.set(device, adapterName(adapter));
  return device;
}

/** By device, whose own features and limits are those that were asked for. */
const adapterNames = new WeakMap<GPUDevice, string>();

/** The name of the adapter of a device that {@link requestDevice} made, for people. */
export function describeAdapter(device: GPUDevice): string {
  const { adapterInfo: info, features, limits } = device;
  return adapterNames.get(device) ?? adapterName({ info, features, limits });
}

/** Whether the device is a program on the CPU, such as SwiftShader. */
export function isSoftware({ adapterInfo }: GPUDevice): boolean {
  return isSoftwareAdapter(adapterInfo);
}

/** Milliseconds after which a device whose calls fail is not lost: its loss is told in the same moment. */
const LOSS_FOLLOWS_MS = 250;

/**
 * The loss of the device that explains an error, or that error itself. Calls to a lost device fail in ways
 * of their own (a kernel "does not compile"), some of them before it says that it is lost.
 */
export async function lossBehind(device: GPUDevice, error: unknown): Promise<unknown> {
  const inTime = new Promise<null>((resolve) => setTimeout(resolve, LOSS_FOLLOWS_MS, null));
  const loss = await Promise.race([device.lost, inTime]);
  return loss ? gpuLost(loss) : error;
}

function gpuLost({ message }: GPUDeviceLostInfo): LabError {
  return new LabError('engine/gpu-lost', { message });
}

/** Remembers what went wrong on a device, since WebGPU reports it to nobody in particular. */
export class DeviceWatch {
  #failure: LabError | null = null;
  readonly #device: GPUDevice;
  readonly #onError = (event: GPUUncapturedErrorEvent): void => this.#report(event.error);

  constructor(device: GPUDevice) {
    this.#device = device;
    device.addEventListener('uncapturederror', this.#onError);
    void device.lost.then((loss) => {
      this.#failure = gpuLost(loss);
    });
  }

  #report(error: GPUError): void {
    // The names are WebGPU's own: instanceof would need globals that Node lacks.
    const memory = error.constructor.name === 'GPUOutOfMemoryError';
    this.#failure ??= memory
      ? outOfMemory(error.message)
      : new LabError('engine/gpu-error', { message: error.message });
  }

  /** Throws the first failure, if there was one. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** The failure behind a rejected call, or an error made of the rejection itself. */
  explain(rejection: unknown): LabError {
    if (this.#failure) return this.#failure;
    const text = messageOf(rejection);
    return new LabError('engine/gpu-silent', { message: text });
  }

  /** The failure that explains an error of the engine's own work, or that error itself. */
  async behind(error: unknown): Promise<unknown> {
    if (this.#failure) return this.#failure;
    // What the engine itself refuses needs no other explanation.
    return error instanceof LabError ? error : lossBehind(this.#device, error);
  }

  stop(): void {
    this.#device.removeEventListener('uncapturederror', this.#onError);
  }
}

export function outOfMemory(detail: string): LabError {
  return new LabError('engine/gpu-memory', { detail });
}
