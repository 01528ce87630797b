/** TensorFlow.js's WebGPU backend on a device of ours: the baseline of the benchmark. */
import * as tf from '@tensorflow/tfjs';
import { LabError } from '../errors';

/**
 * Registers the backend on `device`, replacing one on another device.
 * @returns a function that makes it the current one
 */
export async function startTfjsOn(device: GPUDevice): Promise<() => Promise<void>> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.env().set('PROD', true);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, device.adapterInfo), 0);
  const enter = async (): Promise<void> => {
    if (!(await tf.setBackend('webgpu'))) {
      throw new LabError('engine/tfjs-webgpu');
    }
  };
  await enter();
  return enter;
}
