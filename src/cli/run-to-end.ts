/** Drives one run in a terminal, with its progress on stderr. */
import { LabError } from '../errors';
import { drive } from '../runtime/drive';
import type { EngineReport } from '../runtime/stores/runs';
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

/** Runs to the end. */
export async function runToEnd(config: RunConfig): Promise<Ending> {
  const progress = new Progress(process.stderr);
  try {
    return await drive(
      running(config, (line) => progress.print(line)),
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

async function* running(
  config: RunConfig,
  print: (line: string) => void,
): AsyncGenerator<RunClock, Ending> {
  const now = (): number => performance.now();
  const clock = new RunClock(config, { from: null, seconds: 0, now });
  const events = trainWithRecovery(trainRun, config, {
    base: await nodeBase(config),
    resumeFrom: null,
    previous: null,
    requests: { switchNow: false },
    createEngine: (options) => nodeEngine(config.model, config.engine, options),
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
