/** The device's GPU, as far as a browser tells. */

/** A name for people, of which browsers hide most; null where there is no WebGPU adapter. */
export async function gpuAdapterName(): Promise<string | null> {
  // Absent in insecure contexts and older browsers, whatever the types say.
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  const adapter = await gpu?.requestAdapter();
  if (!adapter) return null;
  const { description, vendor, architecture } = adapter.info;
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}
