/** Drives one run in a terminal, with its progress on stderr. */
import path from 'node:path';
import { LabError } from '../errors';
import { drive } from '../runtime/drive';
import type { EngineReport } from '../runtime/stores/runs';
import type { HelperApi } from '../runtime/engines/helper-host';
import { startHelpers } from '../runtime/engines/helpers';
import type { EngineOptions } from '../runtime/engines/start';
import { startThread } from '../runtime/workers/thread-node';
import { lossOf, trainWithRecovery } from '../runtime/engines/recovery';
import { nodeBase, nodeEngine } from '../runtime/engines/engine-node';
import { RunClock } from '../runtime/runs/run-clock';
import type { RunEvent } from '../training/events';
import { trainRun } from '../training/run';
import type { RunConfig } from '../training/configuration/run-config';
import { engineSentences } from '../words/en/reasons/engine-reasons';
import {
  deviceLossSentence,
  signSentence,
  stepWords,
  switchSentence,
} from '../words/en/reasons/run-reasons';
import { Progress } from './progress';
import { toDecimals } from '../rounding';

export interface Ending {
  /** The last event: `finished` or `diverged`. */
  readonly last: Extract<RunEvent, { type: 'finished' | 'diverged' }>;
  readonly engine: EngineReport;
  /** Of training and measuring, the engine's start left out. */
  readonly seconds: number;
}

/**
 * Runs to the end.
 * @param threads that draw and score; they change no number
 */
export async function runToEnd(config: RunConfig, { threads = 1 } = {}): Promise<Ending> {
  const progress = new Progress(process.stderr);
  try {
    return await drive(
      running(config, threads, (line) => progress.print(line)),
      {
        report: (clock) => progress.update(clock.progress()),
        reportEvery: progress.every,
        // Ctrl+C ends the process, and there is nobody else to hear.
        listenEvery: Infinity,
      },
    );
  } finally {
    progress.clear();
  }
}

/** The other threads of an engine. */
function helpersOf(count: number): NonNullable<EngineOptions['helpers']> {
  const entry = path.join(import.meta.dirname, 'helper-thread.js');
  return (model) => startHelpers(model, count, () => startThread<HelperApi>(entry, 'helper'));
}

async function* running(
  config: RunConfig,
  threads: number,
  print: (line: string) => void,
): AsyncGenerator<RunClock, Ending> {
  const now = (): number => performance.now();
  const clock = new RunClock(config, { from: null, seconds: 0, now });
  const events = trainWithRecovery(trainRun, config, {
    base: await nodeBase(config),
    resumeFrom: null,
    previous: null,
    requests: { switchNow: false },
    createEngine: (options) =>
      nodeEngine(config.model, config.engine, {
        ...options,
        ...(threads > 1 && { helpers: helpersOf(threads - 1) }),
      }),
  });
  let engine: EngineReport | null = null;
  for await (const event of events) {
    const seconds = clock.hear(event);
    if (event.type === 'engine') {
      engine = event.engine;
      print(`${engine.description}. ${engineSentences(engine)}`);
    } else if (event.type === 'device-lost') {
      print(deviceLossSentence(lossOf(event)));
    } else {
      const isEnd = event.type === 'finished' || event.type === 'diverged';
      if (isEnd && engine) return { last: event, engine, seconds };
      const line = describe(event);
      if (line !== null) print(line);
      yield clock;
    }
  }
  throw new LabError('fault/run-silent');
}

/** A line for events worth one; null for the rest. */
function describe(event: RunEvent): string | null {
  switch (event.type) {
    case 'validation':
      return `SFT step ${event.step}: validation loss ${toDecimals(event.loss, 4)}, ${event.phase.phase}`;
    case 'benchmark': {
      const { score, standardError } = event.result;
      return `${stepWords(event)}: benchmark ${toDecimals(score, 1)} ± ${toDecimals(standardError, 1)} (${event.purpose})`;
    }
    case 'switch':
      return `Switch to RL. ${switchSentence(event)}`;
    case 'instability':
      return `${stepWords(event)}, ${event.kind}: ${signSentence(event.reason)}`;
    default:
      return null;
  }
}
