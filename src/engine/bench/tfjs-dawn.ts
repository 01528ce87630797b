/** TensorFlow.js's WebGPU backend on a device of ours, in Node too: the baseline of the benchmark. */
import * as tf from '@tensorflow/tfjs';

/** The backend reads WebGPU's constants and `navigator.gpu` from the global scope. */
async function provideGlobals(): Promise<void> {
  const { globals } = await import('webgpu');
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value });
  }
}

/**
 * Registers the backend on `device`, replacing one on another device.
 * @returns a function that makes it the current one
 */
export async function startDawnBackend(device: GPUDevice): Promise<() => Promise<void>> {
  await provideGlobals();
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.env().set('PROD', true);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, device.adapterInfo), 0);
  const enter = async (): Promise<void> => {
    await tf.setBackend('webgpu');
    await tf.ready();
  };
  await enter();
  return enter;
}
