/** The device's GPU, as far as a browser tells. */

/** WebGPU's entry point: absent in insecure contexts and older browsers, whatever the types say. */
export function browserGpu(): GPU | undefined {
  return globalThis.navigator?.gpu;
}

/** A name for people, of which browsers hide most; null where there is no WebGPU adapter. */
export async function gpuAdapterName(): Promise<string | null> {
  const adapter = await browserGpu()?.requestAdapter();
  if (!adapter) return null;
  const { description, vendor, architecture } = adapter.info;
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}
