/** The device's GPU, as far as WebGPU tells. */
import { hashText } from '../random';

/** An adapter as a person or a decision wants to know it. */
export interface GpuAdapter {
  /** Of which browsers hide most. */
  readonly name: string;
  /** Whether it is a program on the CPU, such as SwiftShader. */
  readonly software: boolean;
}

/** WebGPU's entry point: absent in insecure contexts and older browsers, whatever the types say. */
export function browserGpu(): GPU | undefined {
  return globalThis.navigator?.gpu;
}

/** The part of WebGPU's own report that is used. */
type AdapterInfo = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'description' | 'isFallbackAdapter'
>;

/** The part of WebGPU's adapter by which it is told from others. */
export interface Adapter {
  readonly info: AdapterInfo;
  readonly features: Iterable<string>;
  readonly limits: Readonly<Partial<Record<(typeof LIMITS)[number], number>>>;
}

/**
 * "Apple M1" or "google swiftshader". Where the browser hides it, "unnamed adapter 1f3c09ab": adapters
 * of one name have the same features and limits, so that what was measured on one holds for the other.
 */
export function adapterName({ info, features, limits }: Adapter): string {
  const { description, vendor, architecture } = info;
  const parts = description ? [vendor, description] : [vendor, architecture];
  const name = parts.filter((part) => part !== '').join(' ');
  if (name !== '') return name;
  const numbers = LIMITS.map((limit) => limits[limit]);
  const hash = hashText(`${[...features].sort().join()} ${numbers.join()}`);
  const kind = isSoftwareAdapter(info) ? 'unnamed software adapter' : 'unnamed adapter';
  return `${kind} ${hash.toString(16).padStart(8, '0')}`;
}

/** Limits in which GPUs and their drivers differ. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxUniformBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxTextureDimension1D',
  'maxTextureDimension2D',
  'maxTextureDimension3D',
  'maxTextureArrayLayers',
  'maxBindGroups',
  'maxSampledTexturesPerShaderStage',
  'maxStorageTexturesPerShaderStage',
  'maxVertexAttributes',
  'maxColorAttachments',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeZ',
  'minStorageBufferOffsetAlignment',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Software that draws for machines without a GPU: Chrome's, Mesa's and Windows' own. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

export function isSoftwareAdapter(info: AdapterInfo): boolean {
  return info.isFallbackAdapter || SOFTWARE.test(`${info.description} ${info.architecture}`);
}

/** The adapter that the engine would get; null where there is none. */
export async function findAdapter(gpu: GPU | undefined): Promise<GpuAdapter | null> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ? asGpuAdapter(adapter) : null;
}

export function asGpuAdapter(adapter: Adapter): GpuAdapter {
  return { name: adapterName(adapter), software: isSoftwareAdapter(adapter.info) };
}
