/** The engine from nothing: device, tuning, kernels, self-test, in that order. */
import type { ModelConfig } from '../../model/config';
import type { Engine } from '../engine';
import { describeAdapter, isSoftware, requestDevice } from './device';
import { createWebGpuEngine } from './engine';
import { defaultTuning, type Tuning } from './operations';
import { requireSelfTest, selfTest, type SelfTestReport } from './self-test';
import { shapeOf } from './step-uniform';
import { tuneGemm } from './tuning';

export interface StartOptions {
  /** `navigator.gpu`, or Dawn's in Node. */
  readonly gpu: GPU | undefined;
  /** Makes the engine that the self-test compares with; it is disposed of afterwards. */
  readonly reference: () => Promise<Engine>;
  /** Rows of a typical batch: products are timed for it. */
  readonly rows?: number;
  /**
   * As an earlier start measured it, where that was on the adapter named; nothing is timed then, and
   * the run repeats to the bit.
   */
  readonly tuned?: { readonly adapter: string; readonly tuning: Tuning } | null;
  /** Told what is being done, and the share of it that is done where it has parts. */
  readonly onProgress?: StartListener;
}

/** Hears "Compiling GPU kernels" with 0.25, or "Testing the GPU" with null. */
export type StartListener = (activity: string, fraction: number | null) => void;

export interface StartedEngine {
  /** Its `dispose` frees the device too. */
  readonly engine: Engine;
  readonly device: GPUDevice;
  readonly report: GpuReport;
}

/** What a start found out, as plain JSON: a run's record keeps it and hands it to the next start. */
export interface GpuReport {
  readonly adapter: string;
  readonly tuning: Tuning;
  readonly selfTest: SelfTestReport;
}

const TYPICAL_ROWS = 64;

/**
 * Makes an engine that has passed its self-test.
 * @throws DeviceError if there is no adapter, it offers too little, or it computes wrong numbers
 */
export async function startWebGpu(
  config: ModelConfig,
  { gpu, reference, rows = TYPICAL_ROWS, tuned, onProgress = () => undefined }: StartOptions,
): Promise<StartedEngine> {
  const device = await requestDevice(gpu);
  try {
    const adapter = describeAdapter(device);
    const tuning =
      tuned?.adapter === adapter
        ? tuned.tuning
        : await measuredTuning(device, config, rows, onProgress);
    const engine = await createWebGpuEngine(config, device, {
      tuning,
      ownsDevice: true,
      onCompile: (done, total) => onProgress('Compiling GPU kernels', done / total),
    });
    onProgress('Testing the GPU', null);
    const truth = await reference();
    const test = await selfTest(engine, truth).finally(() => truth.dispose());
    requireSelfTest(test);
    return { engine, device, report: { adapter, tuning, selfTest: test } };
  } catch (error) {
    device.destroy();
    throw error;
  }
}

/** A software adapter is not timed: its kernels compile for longer than they would ever save. */
async function measuredTuning(
  device: GPUDevice,
  config: ModelConfig,
  rows: number,
  onProgress: StartListener,
): Promise<Tuning> {
  if (isSoftware(device)) return defaultTuning(device);
  onProgress('Timing GPU kernels', null);
  const shape = shapeOf({ rows, length: config.contextLength });
  return (await tuneGemm(device, config, shape)).tuning;
}
