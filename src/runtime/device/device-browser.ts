/** Looks at the device and measures it: what the device worker exposes. */
import { benchmark } from '../../bench/benchmark';
import type { BenchRow } from '../../bench/measure';
import { browserBenchEnvironment } from '../../bench/environment-browser';
import { WORKLOADS } from '../../bench/workloads';
import { asGpuAdapter, browserGpu } from '../../engine/gpu-adapter';
import { createWasmEngine } from '../../engine/wasm/engine';
import { loadWasmModule } from '../../engine/wasm/load-browser';
import { requestDevice } from '../../engine/webgpu/device';
import { createWebGpuEngine } from '../../engine/webgpu/engine';
import { selfTest } from '../../engine/webgpu/self-test';
import type { DeviceApi } from './api';

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
      ...asGpuAdapter(adapter.info),
      features: [...adapter.features].sort(),
      limits: Object.fromEntries(SHOWN_LIMITS.map((name) => [name, adapter.limits[name]])),
    };
  },

  async testGpu(listener) {
    const { config } = WORKLOADS[0]!;
    const device = await requestDevice(browserGpu());
    try {
      const engine = await createWebGpuEngine(config, device, {
        onCompile: (done, total) =>
          listener({ type: 'doing', text: 'Compiling GPU kernels', fraction: done / total }),
      });
      listener({ type: 'doing', text: 'Comparing with the CPU', fraction: null });
      return await selfTest(engine, await createWasmEngine(config, await loadWasmModule()));
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
    return benchmark(settings, await browserBenchEnvironment());
  },
};
