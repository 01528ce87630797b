/** TensorFlow.js's WebGPU backend on a device of ours, in Node too: the baseline of the benchmark. */
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../engine';

/** The backend reads WebGPU's constants and `navigator.gpu` from the global scope. */
async function provideGlobals(): Promise<void> {
  const { globals } = await import('webgpu');
  const define = (target: object, name: string, value: unknown): void => {
    if (!(name in target)) Object.defineProperty(target, name, { value });
  };
  for (const [name, value] of Object.entries(globals)) define(globalThis, name, value);
  // Node has a navigator from version 21 on. The backend only looks whether there is a `gpu`.
  define(globalThis, 'navigator', { userAgent: 'node' });
  define(navigator, 'gpu', {});
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
    if (!(await tf.setBackend('webgpu'))) {
      throw new EngineError('TensorFlow.js could not start its WebGPU backend in Node.');
    }
  };
  await enter();
  return enter;
}
