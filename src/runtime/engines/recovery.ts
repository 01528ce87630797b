/**
 * A run and the engine under it. A GPU can be lost at any time (a driver that restarts, a laptop that
 * changes its graphics card, a tab that drew too long): the engine is then made again, and the run
 * goes on from its last checkpoint with the same kernels, so that it ends with the same numbers.
 */
import { type ErrorCode, failureOf, isLabError, LabError } from '../../errors';
import type { ChoiceReason } from '../../engine/reasons';
import type { Failure } from '../../schema/pieces';
import type { RunEvent, TrainingCheckpoint } from '../../training/events';
import type { SftCheckpointEvent } from '../../training/branches';
import type { RunContext } from '../../training/run';
import type { RunConfig } from '../../training/configuration/run-config';
import type { DeviceLoss } from '../../words/en/reasons/run-reasons';
import type { EngineReport } from '../stores/runs';
import { PASSING_STARTS, type EngineOptions, type MadeEngine } from './start';

/** Failures after which a new device may do better. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...PASSING_STARTS,
  'engine/gpu-error',
  'engine/gpu-memory',
]);
/** Losses without a checkpoint in between, after which the GPU is given up. */
export const MOST_LOSSES = 3;
/** Drivers need a moment; doubled with every loss in a row. */
const REST_MS = 500;

/** News about the engine, beside the run's own events. */
export type EngineEvent =
  | { readonly type: 'engine'; readonly engine: EngineReport }
  /** What happened after the last checkpoint is void. */
  | {
      readonly type: 'device-lost';
      readonly why: Failure;
      /** From which the run goes on; null for its beginning. */
      readonly checkpoint: TrainingCheckpoint | null;
    };

interface RecoveryContext extends Omit<RunContext, 'engine'> {
  /** The engine of the run's earlier part, where it has one. */
  readonly previous: EngineReport | null;
  /** GPU tunings of other runs of the model, the newest first. */
  readonly earlier?: EngineOptions['earlier'];
  readonly createEngine: (options: EngineOptions) => Promise<MadeEngine>;
  /** Takes over the engine of a run that has ended; where it is absent, the engine is disposed of. */
  readonly keepEngine?: (made: MadeEngine) => void;
  readonly onProgress?: EngineOptions['onProgress'];
  /** Waits; a timer of the platform where it is absent. */
  readonly rest?: (milliseconds: number) => Promise<void>;
}

/**
 * The events of training, and news of the engine that it runs on. A GPU that fails too often in a row
 * gives way to another engine, where the choice was left to the lab or the run has a checkpoint; else the
 * failure is thrown.
 * @param train trainRun, or trainSftRun for the SFT run of branches
 */
export async function* trainWithRecovery<Event extends RunEvent | SftCheckpointEvent>(
  train: (config: RunConfig, context: RunContext) => AsyncGenerator<Event, void>,
  config: RunConfig,
  context: RecoveryContext,
): AsyncGenerator<Event | EngineEvent, void> {
  const { createEngine, keepEngine, earlier, onProgress, rest = wait } = context;
  let { resumeFrom, previous } = context;
  let gpuRefused: ChoiceReason | null = null;
  for (let losses = 0; ;) {
    const checkpoint = resumeFrom?.state.gpu ?? null;
    const goesOn = resumeFrom !== null;
    const known = { previous, checkpoint, earlier };
    let made: MadeEngine | null = null;
    let isSound = true;
    try {
      made = await createEngine({ ...known, gpuRefused, goesOn, losses, onProgress });
      const { engine, report } = made;
      previous = report;
      yield { type: 'engine', engine: report };
      for await (const event of train(config, { ...context, engine, resumeFrom })) {
        const checkpoint = checkpointIn(event);
        if (checkpoint) {
          resumeFrom = checkpoint;
          losses = 0;
        }
        yield event;
      }
      return;
    } catch (error) {
      isSound = false;
      if (!isLabError(error, 'engine') || !PASSING.has(error.code)) throw error;
      losses += 1;
      if (losses > MOST_LOSSES) gpuRefused = givenUp(error, config, goesOn);
      yield { type: 'device-lost', why: failureOf(error), checkpoint: resumeFrom };
    } finally {
      if (keepEngine && made && isSound) keepEngine(made);
      else made?.engine.dispose();
    }
    onProgress?.('Waiting for the GPU', null);
    await rest(REST_MS * 2 ** (losses - 1));
  }
}

function checkpointIn(event: RunEvent | SftCheckpointEvent): TrainingCheckpoint | null {
  return event.type === 'checkpoint' ? event.checkpoint : null;
}

/** Why the GPU is left; throws that where no other engine was allowed, and nothing would be lost. */
function givenUp(error: LabError, { engine }: RunConfig, goesOn: boolean): ChoiceReason {
  const times = MOST_LOSSES + 1;
  if (engine.name === null || goesOn)
    return { because: 'given-up', times, problem: failureOf(error) };
  throw new LabError('engine/gpu-given-up', { times, why: failureOf(error) });
}

/** What is told of a lost device. */
export function lossOf({
  why,
  checkpoint,
}: Extract<EngineEvent, { type: 'device-lost' }>): DeviceLoss {
  const state = checkpoint?.state;
  return { why, backTo: state ? { stage: state.stage, step: state.step } : null };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
