/** Makes the engine of a run: the one that was chosen, or the next best where that one is refused. */
import { EngineError, type Engine, type TfjsBackend } from '../engine/engine';
import type { GpuReport, StartListener } from '../engine/webgpu/start';
import type { ModelConfig } from '../model/config';
import type { EngineChoice } from '../training/run-config';
import type { EngineReport } from './contracts';
import { chooseEngine, type Decision, type DeviceCapabilities } from './engine-choice';

/** How the engines are made in one environment: a browser's worker, or Node. */
export interface EngineFactory {
  capabilities(): Promise<DeviceCapabilities>;
  /** Tested against `wasm` before it is returned. */
  webgpu(
    config: ModelConfig,
    options: { readonly tuned: GpuReport | null; readonly onProgress?: StartListener },
  ): Promise<{ readonly engine: Engine; readonly report: GpuReport }>;
  wasm(config: ModelConfig): Promise<Engine>;
  tfjs(config: ModelConfig, backend: TfjsBackend): Promise<Engine>;
}

export interface EngineOptions {
  /** The engine that an earlier part of the run used. */
  readonly previous?: EngineReport | null;
  /** Why the GPU is not to be used again, as a sentence; null where it may. */
  readonly gpuRefused?: string | null;
  /** Told what is being done while the engine starts. */
  readonly onProgress?: StartListener;
}

export interface MadeEngine {
  readonly engine: Engine;
  readonly report: EngineReport;
}

/**
 * Makes the engine of a run. One that was chosen automatically and then refuses (a self-test that
 * fails, a shape that it cannot build, memory that is full) gives way to the next; one that was
 * asked for by hand throws {@link EngineError}.
 */
export async function createEngine(
  config: ModelConfig,
  choice: EngineChoice,
  factory: EngineFactory,
  options: EngineOptions = {},
): Promise<MadeEngine> {
  const device = await factory.capabilities();
  const { previous, gpuRefused } = options;
  const refused: Record<string, string> = gpuRefused ? { webgpu: gpuRefused } : {};
  for (;;) {
    const decision = chooseEngine(choice, device, { previous, refused });
    try {
      return await make(config, decision, factory, options);
    } catch (error) {
      const isLast = decision.name === 'tfjs';
      if (choice.name !== null || isLast || !(error instanceof EngineError)) throw error;
      refused[decision.name] = `The engine ${decision.name} was refused: ${error.message}`;
    }
  }
}

async function make(
  config: ModelConfig,
  { name, backend, reason }: Decision,
  factory: EngineFactory,
  { previous, onProgress }: EngineOptions,
): Promise<MadeEngine> {
  if (name === 'webgpu') {
    const tuned = previous?.gpu ?? null;
    const { engine, report } = await factory.webgpu(config, { tuned, onProgress });
    const { gradientError, sampledLogProbError } = report.selfTest;
    const passed = `It passed its self-test (gradient error ${gradientError.toExponential(0)}, log-probability error ${sampledLogProbError.toExponential(0)}).`;
    const { description } = engine.info;
    return {
      engine,
      report: { name, backend, description, reason: `${reason} ${passed}`, gpu: report },
    };
  }
  const engine = await (backend === null ? factory.wasm(config) : factory.tfjs(config, backend));
  return { engine, report: { name, backend, description: engine.info.description, reason } };
}
