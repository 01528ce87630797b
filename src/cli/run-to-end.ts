/** Drives one run in a terminal, with its progress on stderr. */
import { performance } from 'node:perf_hooks';
import type { EngineReport } from '../runtime/contracts';
import { nodeBase, nodeEngine } from '../runtime/engine-node';
import { Pace } from '../runtime/pace';
import type { RunEvent } from '../training/events';
import { trainRun } from '../training/run';
import type { RunConfig } from '../training/run-config';
import { Progress } from './progress';

export interface Ending {
  /** The last event: `finished` or `diverged`. */
  readonly last: Extract<RunEvent, { type: 'finished' | 'diverged' }>;
  readonly engine: EngineReport;
  /** Of training and measuring, the engine's start left out. */
  readonly seconds: number;
}

/**
 * Runs to the end.
 * @param listen hears every event
 */
export async function runToEnd(
  config: RunConfig,
  listen: (event: RunEvent) => void = () => {},
): Promise<Ending> {
  const base = await nodeBase(config);
  const { engine, report } = await nodeEngine(config.model, config.engine);
  process.stderr.write(`${report.description}. ${report.reason}\n`);
  const started = performance.now();
  const pace = new Pace(config, { stage: 'sft', step: 0, seconds: 0 });
  const progress = new Progress(process.stderr);
  try {
    const requests = { switchNow: false, stop: false };
    for await (const event of trainRun(config, { engine, base, resumeFrom: null, requests })) {
      const seconds = (performance.now() - started) / 1000;
      pace.observe(event, seconds);
      listen(event);
      if (event.type === 'finished' || event.type === 'diverged') {
        return { last: event, engine: report, seconds };
      }
      const line = describe(event);
      if (line !== null) progress.print(line);
      else progress.update(pace.progress());
    }
  } finally {
    progress.clear();
    engine.dispose();
  }
  throw new Error('The run ended without a summary: this is a fault of the lab.');
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
