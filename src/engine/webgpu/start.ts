/** The engine from nothing: device, tuning, kernels, self-test, in that order. */
import { failureOf, isLabError, type LabError } from '../../errors';
import type { ModelConfig } from '../../model/config';
import { type Engine } from '../engine';
import type { GpuReport } from '../gpu-report';
import {
  type GemmVariant,
  knownFor,
  missedTuning,
  type KnownTuning,
  type Precision,
  PRODUCT_FORMS,
  type Tuning,
} from '../gpu-tuning';
import type { MadeTuning, MatrixFault, TuningReason } from '../reasons';
import { canBuild, gemmAbilities, variantsFor } from './abilities';
import { describeAdapter, isSoftware, lossBehind, requestDevice } from './device';
import { createWebGpuEngine } from './engine';
import { defaultTuning } from './operations';
import { requireSelfTest, selfTest } from './self-test';
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
   * Tunings that are known, the one that matters most first: with one of this adapter nothing is
   * timed, and the run repeats to the bit.
   */
  readonly known?: readonly KnownTuning[];
  /** The least precise numbers that products may use; 32 bits unless it says other. */
  readonly precision?: Precision;
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
  readonly tuningReason: TuningReason;
}

const TYPICAL_ROWS = 64;

/**
 * Makes an engine that has passed its self-test. Matrix units are an experiment of browsers: where an
 * engine with them is not built or computes wrong numbers, one without them takes its place.
 * @throws an error of `engine` if there is no adapter, it offers too little, computes wrong numbers, or is
 *   lost meanwhile (`engine/gpu-lost`)
 */
export async function startWebGpu(
  config: ModelConfig,
  options: StartOptions,
): Promise<StartedEngine> {
  let first: Chosen | undefined;
  try {
    return await onDevice(options, async (device) => {
      first = await chooseTuning(device, config, options);
      return startWith(device, config, options, first);
    });
  } catch (error) {
    const isExperiment = first && PRODUCT_FORMS.some((form) => first?.tuning[form].matrix);
    if (!isExperiment || !isLabError(error, 'engine')) throw error;
    // A run goes on with the products it had: a loss says nothing of them.
    if (first?.kept && isLabError(error, 'engine/gpu-lost')) throw error;
    return onDevice(options, async (device) => {
      const all = variantsFor(gemmAbilities(device), precisionIn(options));
      const plain = all.filter(({ matrix }) => !matrix);
      const chosen = await measureTuning(device, config, options, plain);
      const made = { ...chosen.made, withoutMatrix: matrixFault(error) };
      return startWith(device, config, options, { ...chosen, made });
    });
  }
}

/** Frees the device where `work` fails. */
async function onDevice(
  { gpu }: StartOptions,
  work: (device: GPUDevice) => Promise<StartedEngine>,
): Promise<StartedEngine> {
  const device = await requestDevice(gpu);
  try {
    return await work(device);
  } catch (error) {
    const failure = await lossBehind(device, error);
    device.destroy();
    throw failure;
  }
}

function matrixFault(error: LabError): MatrixFault {
  return isLabError(error, 'engine/gpu-wrong')
    ? { because: 'wrong', ...error.facts }
    : { because: 'failed', problem: failureOf(error) };
}

/** A tuning that was known, or how a new one was found. */
type Chosen =
  | { readonly tuning: Tuning; readonly kept: KnownTuning }
  | { readonly tuning: Tuning; readonly kept: null; readonly made: MadeTuning };
type NewlyMade = Extract<Chosen, { kept: null }>;

function precisionIn({ precision = 'f32' }: StartOptions): Precision {
  return precision;
}

async function chooseTuning(
  device: GPUDevice,
  config: ModelConfig,
  options: StartOptions,
): Promise<Chosen> {
  const abilities = gemmAbilities(device);
  const kept = knownFor(
    {
      adapter: describeAdapter(device),
      precision: precisionIn(options),
      canBuild: (tuning) => PRODUCT_FORMS.every((form) => canBuild(abilities, tuning[form])),
    },
    options.known ?? [],
  );
  if (kept) return { tuning: kept.tuning, kept };
  return measureTuning(device, config, options);
}

/** A software adapter is not timed: its kernels compile for longer than they would ever save. */
async function measureTuning(
  device: GPUDevice,
  config: ModelConfig,
  options: StartOptions,
  variants?: readonly GemmVariant[],
): Promise<NewlyMade> {
  const precision = precisionIn(options);
  const lacksHalf = precision === 'f16' && !gemmAbilities(device).half;
  const found = { lacksHalf, withoutMatrix: null };
  if (isSoftware(device)) {
    const tuning = defaultTuning(device, precision);
    return { tuning, kept: null, made: { timed: null, ...found } };
  }
  options.onProgress?.('Timing GPU kernels', null);
  const { rows = TYPICAL_ROWS } = options;
  const shape = shapeOf({ rows, length: config.contextLength });
  const { tuning, timings } = await tuneGemm(device, config, shape, { precision, variants });
  const timed = new Set(timings.map(({ variant }) => variant)).size;
  return { tuning, kept: null, made: { timed, ...found } };
}

/** Builds and tests the engine. */
async function startWith(
  device: GPUDevice,
  config: ModelConfig,
  { reference, known = [], onProgress = () => undefined }: StartOptions,
  chosen: Chosen,
): Promise<StartedEngine> {
  const adapter = describeAdapter(device);
  const { tuning, kept } = chosen;
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
    tuningReason: {
      origin: chosen.kept ? chosen.kept.source : chosen.made,
      missed: missedTuning(known, kept),
    },
  };
}
