/** The engine from nothing: device, tuning, kernels, self-test, in that order. */
import type { ModelConfig } from '../../model/config';
import type { Engine } from '../engine';
import {
  type GpuTuning,
  knownFor,
  type KnownTuning,
  type Tuning,
  tuningReason,
} from '../gpu-tuning';
import { describeAdapter, isSoftware, requestDevice } from './device';
import { createWebGpuEngine } from './engine';
import { defaultTuning } from './operations';
import { requireSelfTest, selfTest, type SelfTestReport } from './self-test';
import { shapeOf } from './step-uniform';
import { GEMM_VARIANTS, tuneGemm } from './tuning';

export interface StartOptions {
  /** `navigator.gpu`, or Dawn's in Node. */
  readonly gpu: GPU | undefined;
  /** Makes the engine that the self-test compares with; it is disposed of afterwards. */
  readonly reference: () => Promise<Engine>;
  /** Rows of a typical batch: products are timed for it. */
  readonly rows?: number;
  /**
   * Tunings that are known, the one that matters most first: with one of this adapter nothing is
   * timed, and the run repeats to the bit.
   */
  readonly known?: readonly KnownTuning[];
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
  /** Which code makes the products and why, as a sentence. */
  readonly tuningReason: string;
}

/** What a start found out, as plain JSON: a run's record keeps it and hands it to the next start. */
export interface GpuReport extends GpuTuning {
  readonly selfTest: SelfTestReport;
}

const TYPICAL_ROWS = 64;

/**
 * Makes an engine that has passed its self-test.
 * @throws DeviceError if there is no adapter, it offers too little, or it computes wrong numbers
 */
export async function startWebGpu(
  config: ModelConfig,
  { gpu, reference, rows = TYPICAL_ROWS, known = [], onProgress = () => undefined }: StartOptions,
): Promise<StartedEngine> {
  const device = await requestDevice(gpu);
  try {
    const adapter = describeAdapter(device);
    const kept = knownFor(adapter, known);
    const { tuning, made } = kept
      ? { tuning: kept.tuning, made: '' }
      : await newTuning(device, config, rows, onProgress);
    const engine = await createWebGpuEngine(config, device, {
      tuning,
      ownsDevice: true,
      onCompile: (done, total) => onProgress('Compiling GPU kernels', done / total),
    });
    onProgress('Testing the GPU', null);
    const truth = await reference();
    const test = await selfTest(engine, truth).finally(() => truth.dispose());
    requireSelfTest(test);
    return {
      engine,
      device,
      report: { adapter, tuning, selfTest: test },
      tuningReason: tuningReason({ adapter, tuning }, known, made),
    };
  } catch (error) {
    device.destroy();
    throw error;
  }
}

/** A software adapter is not timed: its kernels compile for longer than they would ever save. */
async function newTuning(
  device: GPUDevice,
  config: ModelConfig,
  rows: number,
  onProgress: StartListener,
): Promise<{ tuning: Tuning; made: string }> {
  if (isSoftware(device)) {
    return { tuning: defaultTuning(device), made: 'the usual ones of a software adapter' };
  }
  onProgress('Timing GPU kernels', null);
  const shape = shapeOf({ rows, length: config.contextLength });
  const { tuning } = await tuneGemm(device, config, shape);
  return { tuning, made: `the fastest of ${GEMM_VARIANTS.length} variants, timed just now` };
}
