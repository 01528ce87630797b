/** TensorFlow.js's backends in Node. */
import * as tf from '@tensorflow/tfjs';
import { EngineError, type TfjsBackend } from '../engine';

/** Makes the backend the current one. */
export async function startBackend(backend: TfjsBackend): Promise<void> {
  if (backend === 'webgpu') {
    throw new EngineError(
      'The engine tfjs was asked for on webgpu, which Node does not have. Choose wasm or cpu, or run in a browser.',
    );
  }
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  // It greets the terminal and prints hints; what it says belongs to no result.
  tf.env().set('PROD', true);
  await tf.setBackend(backend);
  await tf.ready();
}
