/** The race in Node: Dawn for WebGPU, and jax-js beside TensorFlow.js. */
import { startBackend } from '../engine/tfjs/backend-node';
import { loadWasmModule } from '../engine/wasm/load-node';
import { loadNodeGpu } from '../engine/webgpu/load-node';
import type { BenchEnvironment, JaxEntry } from './benchmark';
import { startTfjsOn } from './tfjs-device';

/** @param isNull whether Dawn's null device is raced instead of the machine's adapter */
export async function nodeBenchEnvironment(isNull: boolean): Promise<BenchEnvironment> {
  return {
    gpu: await loadNodeGpu(isNull ? ['backend=null'] : []),
    isNull,
    wasmModule: await loadWasmModule(),
    startTfjs: startBackend,
    startTfjsOn: async (device) => {
      await provideGlobals();
      return startTfjsOn(device);
    },
    jax: nodeJax(),
  };
}

/** TensorFlow.js and jax-js read WebGPU's constants and `navigator.gpu` from the global scope. */
async function provideGlobals(): Promise<void> {
  const { globals } = await import('webgpu');
  const define = (target: object, name: string, value: unknown): void => {
    if (!(name in target)) Object.defineProperty(target, name, { value, writable: true });
  };
  for (const [name, value] of Object.entries(globals)) define(globalThis, name, value);
  // Node has a navigator from version 21 on.
  define(globalThis, 'navigator', { userAgent: 'node' });
  define(navigator, 'gpu', {});
}

function nodeJax(): JaxEntry {
  let device: GPUDevice | null = null;
  return {
    onCpu: async (config) => {
      await provideGlobals();
      const { JaxRacer, startJax } = await import('./jax-racer');
      await startJax('wasm');
      return new JaxRacer(config, 'wasm');
    },
    onGpu: async (config, makeDevice) => {
      await provideGlobals();
      const { JaxRacer, startJax } = await import('./jax-racer');
      device ??= await makeDevice();
      const { limits, features } = device;
      const adapter = { limits, features, requestDevice: () => Promise.resolve(device) };
      // jax-js asks for a device itself, and is given the one whose calls are counted.
      Object.assign(navigator.gpu, { requestAdapter: () => Promise.resolve(adapter) });
      await startJax('webgpu');
      return { racer: new JaxRacer(config, 'webgpu'), device };
    },
  };
}
