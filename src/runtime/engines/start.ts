/** Makes the engine of a run: the one that was chosen, or the next best where that one is refused. */
import { type ErrorCode, failureOf, isLabError, LabError } from '../../errors';
import type { Engine, EngineName, TfjsBackend } from '../../engine/engine';
import type { GpuTuning, KnownTuning } from '../../engine/gpu-tuning';
import type { DivisibleEngine } from '../../engine/parts';
import type { ChoiceReason } from '../../engine/reasons';
import type { StartedEngine, StartListener, StartOptions } from '../../engine/webgpu/start';
import type { ModelConfig } from '../../model/config';
import type { EngineChoice } from '../../training/configuration/run-config';
import type { EngineReport } from '../stores/runs';
import { TeamEngine } from '../../engine/team';
import type { Helpers } from './helpers';
import { startInTime } from './in-time';
import { chooseEngine, type Decision, type DeviceCapabilities } from './choice';

/** How the engines are made in one environment: a browser's worker, or Node. */
export interface EngineFactory {
  capabilities(): Promise<DeviceCapabilities>;
  /** Tested against `wasm` before it is returned. */
  webgpu(
    config: ModelConfig,
    options: Required<Pick<StartOptions, 'known'>> & Pick<StartOptions, 'precision' | 'onProgress'>,
  ): Promise<Omit<StartedEngine, 'device'>>;
  wasm(config: ModelConfig): Promise<DivisibleEngine>;
  tfjs(config: ModelConfig, backend: TfjsBackend): Promise<Engine>;
  /** What this factory's starts of `webgpu` found out, by model: the next one measures nothing again. */
  readonly tunings: Map<string, GpuTuning>;
}

export interface EngineOptions {
  /** The engine that an earlier part of the run used. */
  readonly previous?: Pick<EngineReport, 'name' | 'backend' | 'gpu'> | null;
  /** The GPU's tuning in the checkpoint that the run goes on from. */
  readonly checkpoint?: GpuTuning | null;
  /** Tunings of other runs of the model, the newest first. */
  readonly earlier?: readonly GpuTuning[];
  /** Why the GPU is not to be used again; null where it may. */
  readonly gpuRefused?: ChoiceReason | null;
  /** Whether the run has a checkpoint: it then goes on without the GPU that it was begun on by hand. */
  readonly goesOn?: boolean;
  /**
   * How often in a row the run lost its GPU, by whoever tries again: what may pass is then thrown. Right
   * after a loss a browser may have no adapter at all. Absent where nobody tries again.
   */
  readonly losses?: number;
  /** Starts the other threads of the `wasm` engine; it computes in its own alone where this is absent. */
  readonly helpers?: (config: ModelConfig) => Promise<Helpers>;
  /** Told what is being done while the engine starts. */
  readonly onProgress?: StartListener;
}

/** Failures of a GPU's start after which the next start may do better. */
export const PASSING_STARTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'engine/gpu-lost',
  'engine/gpu-silent',
  'engine/no-adapter',
]);

export interface MadeEngine {
  readonly engine: Engine;
  readonly report: EngineReport;
}

/**
 * Makes the engine of a run. One that was chosen automatically and then refuses (a self-test that
 * fails, a shape that it cannot build, memory that is full) gives way to the next; one that was
 * asked for by hand throws an error of `engine`, unless the run {@link EngineOptions.goesOn}.
 */
export async function createEngine(
  config: ModelConfig,
  choice: EngineChoice,
  factory: EngineFactory,
  options: EngineOptions = {},
): Promise<MadeEngine> {
  const { gpuRefused = null, goesOn = false, previous } = options;
  if (choice.name !== 'webgpu' || !goesOn) {
    return firstThatStarts(config, choice, factory, options);
  }
  let refused = gpuRefused;
  try {
    if (!refused) return await firstThatStarts(config, choice, factory, options);
  } catch (error) {
    if (!givesWay(error, options)) throw error;
    // Of an adapter that is gone nothing more need be said than that.
    if (!isLabError(error, 'engine/asked-webgpu')) refused = refusal('webgpu', error);
  }
  const anyEngine = { ...choice, name: null, backend: null };
  return firstThatStarts(config, anyEngine, factory, {
    ...options,
    previous: previous ?? { name: 'webgpu', backend: null },
    gpuRefused: refused,
  });
}

async function firstThatStarts(
  config: ModelConfig,
  choice: EngineChoice,
  factory: EngineFactory,
  options: EngineOptions,
): Promise<MadeEngine> {
  const device = await factory.capabilities();
  const { previous, gpuRefused, losses = 0 } = options;
  if (losses > 0 && previous?.name === 'webgpu' && !gpuRefused && !device.gpuAdapter) {
    throw new LabError('engine/no-adapter');
  }
  const refused: Partial<Record<EngineName, ChoiceReason>> = gpuRefused
    ? { webgpu: gpuRefused }
    : {};
  for (;;) {
    const decision = chooseEngine(choice, device, { previous, refused });
    try {
      return decision.name === 'webgpu'
        ? await makeWebGpu(config, decision, factory, { ...options, choice })
        : await make(config, decision, factory, options);
    } catch (error) {
      const isLast = decision.name === 'tfjs';
      if (choice.name !== null || isLast || !givesWay(error, options)) throw error;
      refused[decision.name] = refusal(decision.name, error);
    }
  }
}

/** Whether the next engine is taken after this failure, and not the same one tried again. */
function givesWay(error: unknown, { losses }: EngineOptions): error is LabError {
  if (!isLabError(error, 'engine')) return false;
  return losses === undefined || !PASSING_STARTS.has(error.code);
}

function refusal(engine: EngineName, error: LabError): ChoiceReason {
  return { because: 'refused', engine, problem: failureOf(error) };
}

async function makeWebGpu(
  config: ModelConfig,
  { name, backend, reason }: Decision,
  factory: EngineFactory,
  options: EngineOptions & { readonly choice: EngineChoice },
): Promise<MadeEngine> {
  const { tunings } = factory;
  const { checkpoint, previous, choice, earlier = [], onProgress } = options;
  const { precision, gpu: asked } = choice;
  const model = JSON.stringify([config, precision]);
  const known = [
    ...tuningsFrom('run', [checkpoint, previous?.gpu]),
    ...tuningsFrom('configuration', [asked]),
    ...tuningsFrom('earlier', [tunings.get(model), ...earlier]),
  ];
  const { engine, report, tuningReason } = await startInTime('webgpu', (heard) =>
    factory.webgpu(config, {
      known,
      precision,
      onProgress(activity, fraction) {
        heard();
        onProgress?.(activity, fraction);
      },
    }),
  );
  const { adapter, tuning } = report;
  tunings.set(model, { adapter, tuning });
  const { description } = engine.info;
  const why = { choice: reason, tuning: tuningReason };
  return { engine, report: { name, backend, description, reason: why, gpu: report } };
}

function tuningsFrom(
  source: KnownTuning['source'],
  tunings: readonly (GpuTuning | null | undefined)[],
): KnownTuning[] {
  return tunings.flatMap((known) =>
    known ? { source, adapter: known.adapter, tuning: known.tuning } : [],
  );
}

async function make(
  config: ModelConfig,
  { name, backend, reason }: Decision,
  factory: EngineFactory,
  { helpers }: EngineOptions,
): Promise<MadeEngine> {
  const label = backend === null ? name : `${name}:${backend}`;
  const engine = await startInTime(label, () =>
    backend === null ? wasmTeam(config, factory, helpers) : factory.tfjs(config, backend),
  );
  const why = { choice: reason, tuning: null };
  const { description } = engine.info;
  return { engine, report: { name, backend, description, reason: why } };
}

async function wasmTeam(
  config: ModelConfig,
  factory: EngineFactory,
  startHelpers: EngineOptions['helpers'],
): Promise<Engine> {
  const [own, team] = await Promise.all([factory.wasm(config), startHelpers?.(config)]);
  return team && team.helpers.length > 0 ? new TeamEngine(own, team.helpers, team.end) : own;
}
