/** Dawn's WebGPU for Node, on the software adapter or on the null device. */
import { create } from 'webgpu';
import { DeviceError, requestDevice } from '../../../src/engine/webgpu/device';

/** A device on the first adapter found; null where the machine has none. */
export async function softwareDevice(): Promise<GPUDevice | null> {
  try {
    return await requestDevice(create([]));
  } catch (error) {
    if (error instanceof DeviceError && error.reason === 'no-adapter') return null;
    throw error;
  }
}

/** A device that checks every call and computes nothing: for counting and for the CPU's cost. */
export function nullDevice(): Promise<GPUDevice> {
  return requestDevice(create(['backend=null']));
}
