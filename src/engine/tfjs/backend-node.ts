/** TensorFlow.js's backends in Node. */
import * as tf from '@tensorflow/tfjs';
import { LabError } from '../../errors';
import { type TfjsBackend } from '../engine';

/** Makes the backend the current one. */
export async function startBackend(backend: TfjsBackend): Promise<void> {
  if (backend === 'webgpu') {
    throw new LabError('engine/tfjs-node');
  }
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  // It greets the terminal and prints hints; what it says belongs to no result.
  tf.env().set('PROD', true);
  await tf.setBackend(backend);
  await tf.ready();
}
