/** Dawn's WebGPU for Node, on the first adapter found or on the null device. */
import { requestDevice } from '../../../src/engine/webgpu/device';
import { loadNodeGpu } from '../../../src/engine/webgpu/load-node';

/** A device that computes: SwiftShader where there is no GPU. See `tests/vulkan.setup.ts`. */
export async function computingDevice(): Promise<GPUDevice> {
  return requestDevice(await loadNodeGpu());
}

/** A device that checks every call and computes nothing: for counting and for the CPU's cost. */
export async function nullDevice(): Promise<GPUDevice> {
  return requestDevice(await loadNodeGpu(['backend=null']));
}
