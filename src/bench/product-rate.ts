/** The roofline: how fast the device makes one large product, with the kernels that the engine uses. */
import { square } from '../elementary';
import type { ModelConfig } from '../model/config';
import type { Precision } from '../engine/gpu-tuning';
import { Arena } from '../engine/wasm/arena';
import { instantiateKernels } from '../engine/wasm/kernels';
import { isSoftware } from '../engine/webgpu/device';
import { defaultTuning } from '../engine/webgpu/operations';
import { shapeOf } from '../engine/webgpu/step-uniform';
import { tuneGemm, type TuningReport } from '../engine/webgpu/tuning';
import type { Workload } from './workloads';

/** FLOPs of a [tokens × D]·[D × 4D] product, the largest of a step. */
function productFlops({ dModel }: ModelConfig, tokens: number): number {
  return 8 * tokens * square(dModel);
}

/** The best of them counts: a ceiling. */
const RUNS = 7;

/** FLOP/s of the CPU engine's own product, one thread. */
export async function wasmProductRate(
  { config, rows }: Workload,
  module: WebAssembly.Module,
): Promise<number> {
  const { kernels, memory } = await instantiateKernels(module);
  const arena = new Arena(memory);
  const tokens = rows * config.contextLength;
  const { dModel: D } = config;
  const [input, weight, output] = [
    arena.matrix(tokens, D),
    arena.matrix(D, 4 * D),
    arena.matrix(tokens, 4 * D),
  ];
  // Zeros are as fast as other numbers, and denormal ones would not be.
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    kernels.matmul(input, weight, output, tokens, 4 * D, D);
    return performance.now() - started;
  });
  return productFlops(config, tokens) / (Math.min(...times) / 1000);
}

/**
 * FLOP/s of the fastest product on the GPU among the variants that are timed: all of them on a GPU, and
 * the usual one on a software adapter, where they compile for longer than they run.
 */
export async function gpuProductRate(
  { config, rows }: Workload,
  device: GPUDevice,
  precision: Precision,
): Promise<{ rate: number; report: TuningReport }> {
  const shape = shapeOf({ rows, length: config.contextLength });
  const usual = defaultTuning(device, precision);
  const variants = isSoftware(device) ? [usual.forward] : undefined;
  const report = await tuneGemm(device, config, shape, { precision, variants });
  const best = Math.min(...report.timings.map(({ milliseconds }) => milliseconds));
  return { rate: productFlops(config, shape.tokens) / (best / 1000), report };
}
