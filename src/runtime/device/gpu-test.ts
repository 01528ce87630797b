/** A GPU held against the CPU: the same model on both. */
import type { SelfTestReport } from '../../engine/gpu-report';
import { createWasmEngine } from '../../engine/wasm/engine';
import { createWebGpuEngine, type WebGpuEngineOptions } from '../../engine/webgpu/engine';
import { selfTest } from '../../engine/webgpu/self-test';
import type { ModelConfig } from '../../model/config';

interface GpuTestOptions extends Pick<WebGpuEngineOptions, 'tuning' | 'onCompile'> {
  /** Called once the kernels are compiled. */
  readonly onBuilt?: () => void;
}

/** Builds the model on the device and on the CPU and compares them; both are given back. */
export async function testGpu(
  device: GPUDevice,
  config: ModelConfig,
  module: WebAssembly.Module,
  { onBuilt, ...options }: GpuTestOptions,
): Promise<SelfTestReport> {
  const engine = await createWebGpuEngine(config, device, options);
  onBuilt?.();
  const truth = await createWasmEngine(config, module);
  try {
    return await selfTest(engine, truth);
  } finally {
    engine.dispose();
    truth.dispose();
  }
}
