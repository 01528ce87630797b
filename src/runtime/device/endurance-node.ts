/** Whether memory grows: many steps and rollouts of changing size, counting what lives. */
import { countGpuCalls } from '../../bench/gpu-calls';
import { BENCH_OPTIMIZER, benchBatch, benchRequest, WORKLOADS } from '../../bench/workloads';
import { requestDevice } from '../../engine/webgpu/device';
import { createWebGpuEngine } from '../../engine/webgpu/engine';
import { loadNodeGpu } from '../../engine/webgpu/load-node';
import { initialParameters } from '../../model/init';

/** What lives after so many steps. */
export interface Footprint {
  readonly steps: number;
  readonly buffers: number;
  readonly bufferBytes: number;
  /** JavaScript's heap, after a collection where Node was started with --expose-gc. */
  readonly heapBytes: number;
}

const READINGS = 10;
const MOST_ROWS = 16;

/**
 * Trains on Dawn's null device, which makes every call and computes nothing, so that ten thousand
 * steps take a minute; each tenth step is followed by a rollout and a scoring pass.
 */
export async function endure(
  steps: number,
  onReading: (footprint: Footprint) => void,
): Promise<Footprint[]> {
  const [workload] = WORKLOADS;
  const { config } = workload!;
  const device = await requestDevice(await loadNodeGpu(['backend=null']));
  const calls = countGpuCalls(device);
  const engine = await createWebGpuEngine(config, device, { ownsDevice: true });
  await engine.loadParameters(initialParameters(config, 0));
  const readings: Footprint[] = [];
  for (let step = 1; step <= steps; step++) {
    const sized = { ...workload!, rows: 1 + ((step * 7) % MOST_ROWS) };
    const batch = benchBatch(sized);
    await engine.step(batch, BENCH_OPTIMIZER);
    if (step % 10 === 0) {
      await engine.sample(benchRequest(sized));
      await engine.score(batch);
    }
    if (step % Math.ceil(steps / READINGS) !== 0) continue;
    globalThis.gc?.();
    const { buffers, bufferBytes } = calls;
    const heapBytes = process.memoryUsage().heapUsed;
    readings.push({ steps: step, buffers, bufferBytes, heapBytes });
    onReading(readings.at(-1)!);
  }
  engine.dispose();
  return readings;
}
