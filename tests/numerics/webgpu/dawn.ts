/** Dawn's WebGPU for Node, on the software adapter or on the null device. */
import { DeviceError, requestDevice } from '../../../src/engine/webgpu/device';
import { loadNodeGpu } from '../../../src/engine/webgpu/load-node';

/** A device on the first adapter found; null where the machine has none. */
export async function softwareDevice(): Promise<GPUDevice | null> {
  try {
    return await requestDevice(await loadNodeGpu());
  } catch (error) {
    if (error instanceof DeviceError && error.reason === 'no-adapter') return null;
    throw error;
  }
}

/** A device that checks every call and computes nothing: for counting and for the CPU's cost. */
export async function nullDevice(): Promise<GPUDevice> {
  return requestDevice(await loadNodeGpu(['backend=null']));
}
