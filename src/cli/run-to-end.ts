/** Drives one run in a terminal, with its progress on stderr. */
import { performance } from 'node:perf_hooks';
import type { Base } from '../runtime/engines/base';
import type { EngineReport } from '../runtime/stores/runs';
import { type EngineEvent, trainWithRecovery } from '../runtime/engines/recovery';
import { nodeBase, nodeEngine } from '../runtime/engines/engine-node';
import { Pace } from '../runtime/runs/pace';
import type { RunEvent } from '../training/events';
import type { RunConfig } from '../training/configuration/run-config';
import { Progress } from './progress';

export interface Ending {
  /** The last event: `finished` or `diverged`. */
  readonly last: Extract<RunEvent, { type: 'finished' | 'diverged' }>;
  readonly engine: EngineReport;
  /** Of training and measuring, the engine's start left out. */
  readonly seconds: number;
}

export async function runToEnd(config: RunConfig): Promise<Ending> {
  const base = await nodeBase(config);
  const progress = new Progress(process.stderr);
  let engine: EngineReport | null = null;
  let started = performance.now();
  let pace = new Pace(config, { stage: 'sft', step: 0, seconds: 0 });
  try {
    for await (const event of eventsOf(config, base)) {
      const seconds = (performance.now() - started) / 1000;
      if (event.type === 'engine') {
        if (!engine) started = performance.now();
        engine = event.engine;
        progress.print(`${engine.description}. ${engine.reason}`);
        continue;
      }
      if (event.type === 'device-lost') {
        const { stage, step } = event.checkpoint?.state ?? { stage: 'sft', step: 0 };
        pace = new Pace(config, { stage, step, seconds });
        progress.print(event.detail);
        continue;
      }
      pace.observe(event, seconds);
      const isEnd = event.type === 'finished' || event.type === 'diverged';
      if (isEnd && engine) return { last: event, engine, seconds };
      const line = describe(event);
      if (line !== null) progress.print(line);
      else progress.update(pace.progress());
    }
  } finally {
    progress.clear();
  }
  throw new Error('The run ended without a summary: this is a fault of the lab.');
}

function eventsOf(config: RunConfig, base: Base): AsyncGenerator<RunEvent | EngineEvent> {
  return trainWithRecovery(config, {
    base,
    resumeFrom: null,
    previous: null,
    requests: { switchNow: false, stop: false },
    createEngine: (options) => nodeEngine(config.model, config.engine, options),
  });
}

/** A line for events worth one; null for the rest. */
function describe(event: RunEvent): string | null {
  switch (event.type) {
    case 'validation':
      return `SFT step ${event.step}: validation loss ${event.loss.toFixed(4)}, ${event.phase.phase}`;
    case 'benchmark': {
      const { score, standardError } = event.result;
      const where = `${event.stage.toUpperCase()} step ${event.step}`;
      return `${where}: benchmark ${score.toFixed(1)} ± ${standardError.toFixed(1)} (${event.purpose})`;
    }
    case 'switch':
      return `Switch to RL. ${event.reason}`;
    case 'instability':
      return `${event.stage.toUpperCase()} step ${event.step}, ${event.kind}: ${event.reason}`;
    default:
      return null;
  }
}
