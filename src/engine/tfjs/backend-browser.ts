/** TensorFlow.js's backends in a browser; each is loaded only where it is asked for. */
import * as tf from '@tensorflow/tfjs';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { LabError } from '../../errors';
import { type TfjsBackend } from '../engine';

async function register(backend: TfjsBackend): Promise<void> {
  switch (backend) {
    case 'webgpu':
      await import('@tensorflow/tfjs-backend-webgpu');
      return;
    case 'wasm': {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      setWasmPaths({
        'tfjs-backend-wasm.wasm': plainWasm,
        'tfjs-backend-wasm-simd.wasm': simdWasm,
        // Its threads never come up in a minified build; an address has to be given.
        'tfjs-backend-wasm-threaded-simd.wasm': simdWasm,
      });
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      return;
    }
    case 'cpu':
      return; // comes with the package
    default:
      backend satisfies never;
  }
}

/** Makes the backend the current one; throws an error of `engine` where it does not start. */
export async function startBackend(backend: TfjsBackend): Promise<void> {
  await register(backend);
  tf.env().set('PROD', true);
  if (await tf.setBackend(backend)) return;
  throw new LabError('engine/tfjs-backend', { backend });
}
