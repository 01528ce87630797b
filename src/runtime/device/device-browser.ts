/** Looks at the device and measures it: what the device worker exposes. */
import { benchmark } from '../../bench/benchmark';
import type { BenchRow } from '../../bench/measure';
import { browserBenchEnvironment } from '../../bench/environment-browser';
import { WORKLOADS } from '../../bench/workloads';
import { asGpuAdapter, browserGpu } from '../../engine/gpu-adapter';
import { loadWasmModule } from '../../engine/wasm/load-browser';
import { requestDevice } from '../../engine/webgpu/device';
import { startInTime } from '../engines/in-time';
import type { DeviceApi } from './api';
import { testGpu } from './gpu-test';

/** Limits that decide what fits, of the several dozen that there are. */
const SHOWN_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

export const deviceApi: DeviceApi = {
  async describeAdapter() {
    const adapter = await browserGpu()?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return null;
    return {
      ...asGpuAdapter(adapter),
      features: [...adapter.features].sort(),
      limits: Object.fromEntries(SHOWN_LIMITS.map((name) => [name, adapter.limits[name]])),
    };
  },

  async testGpu(listener) {
    const { config } = WORKLOADS[0]!;
    const device = await requestDevice(browserGpu());
    try {
      return await testGpu(device, config, await loadWasmModule(), {
        onCompile: (done, total) =>
          listener({ type: 'doing', text: 'Compiling GPU kernels', fraction: done / total }),
        onBuilt: () => listener({ type: 'doing', text: 'Comparing with the CPU', fraction: null }),
      });
    } finally {
      device.destroy();
    }
  },

  async bench({ models, rounds, budget }, listener) {
    const settings = {
      workloads: WORKLOADS.filter(({ name }) => models.includes(name)),
      rounds,
      budget,
      // Browsers round their clocks to 0.1 ms at best.
      leastMilliseconds: 100,
      // Browsers do not tell.
      cpuTime: () => null,
      onProgress: (text: string) => listener({ type: 'doing', text, fraction: null }),
      onRows: (rows: readonly BenchRow[]) => listener({ type: 'rows', rows }),
    };
    const environment = await browserBenchEnvironment();
    const { startTfjs, startTfjsOn } = environment;
    return benchmark(settings, {
      ...environment,
      startTfjs: (backend) => startInTime(`tfjs:${backend}`, () => startTfjs(backend)),
      startTfjsOn: (device) => startInTime('tfjs:webgpu', () => startTfjsOn(device)),
    });
  },
};
