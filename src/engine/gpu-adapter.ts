/** The device's GPU, as far as WebGPU tells. */

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

/** "Apple M1" or "google swiftshader"; "unnamed adapter" where the browser hides it. */
export function adapterName({ description, vendor, architecture }: AdapterInfo): string {
  const parts = description ? [vendor, description] : [vendor, architecture];
  return parts.filter((part) => part !== '').join(' ') || 'unnamed adapter';
}

/** Software that draws for machines without a GPU: Chrome's, Mesa's and Windows' own. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

export function isSoftwareAdapter(info: AdapterInfo): boolean {
  return info.isFallbackAdapter || SOFTWARE.test(`${info.description} ${info.architecture}`);
}

/** The adapter that the engine would get; null where there is none. */
export async function findAdapter(gpu: GPU | undefined): Promise<GpuAdapter | null> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ? asGpuAdapter(adapter.info) : null;
}

export function asGpuAdapter(info: AdapterInfo): GpuAdapter {
  return { name: adapterName(info), software: isSoftwareAdapter(info) };
}
