/** The engine from nothing: device, tuning, kernels, self-test, in that order. */
import type { ModelConfig } from '../../model/config';
import type { Engine } from '../engine';
import { isSoftware, requestDevice } from './device';
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
  /** As an earlier start measured it; nothing is timed then, and the run repeats to the bit. */
  readonly tuning?: Tuning;
  /** Told what is being done, such as "Compiling GPU kernels (3 of 24)". */
  readonly onProgress?: (activity: string) => void;
}

export interface StartedEngine {
  /** Its `dispose` frees the device too. */
  readonly engine: Engine;
  readonly device: GPUDevice;
  /** For the run's record: hand it to the next start. */
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
  { gpu, reference, rows = TYPICAL_ROWS, tuning, onProgress = () => undefined }: StartOptions,
): Promise<StartedEngine> {
  const device = await requestDevice(gpu);
  try {
    const chosen = tuning ?? (await measuredTuning(device, config, rows, onProgress));
    const engine = await createWebGpuEngine(config, device, {
      tuning: chosen,
      ownsDevice: true,
      onCompile: (done, total) => onProgress(`Compiling GPU kernels (${done} of ${total})`),
    });
    onProgress('Testing the GPU');
    const truth = await reference();
    const report = await selfTest(engine, truth).finally(() => truth.dispose());
    requireSelfTest(report);
    return { engine, device, tuning: chosen, selfTest: report };
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
  onProgress: (activity: string) => void,
): Promise<Tuning> {
  if (isSoftware(device)) return defaultTuning(device);
  onProgress('Timing GPU kernels');
  const shape = shapeOf({ rows, length: config.contextLength });
  return (await tuneGemm(device, config, shape)).tuning;
}
