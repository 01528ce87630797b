/** Progress in a terminal: one line that is written over, or a line now and then where it cannot be. */
import type { WriteStream } from 'node:tty';
import type { RunProgress } from '../runtime/runs/api';

const LIVE_EVERY_MS = 200;
const LOG_EVERY_MS = 15_000;
const CLEAR_LINE = '\r\u001b[2K';

function time(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}

/** Such as "SFT step 120 of 400, Benchmark, at most 40 s left, 52,000 tokens/s". */
function progressLine(progress: RunProgress): string {
  const { stage, step, steps, activity, secondsLeft, tokensPerSecond } = progress;
  const parts = [`${stage.toUpperCase()} step ${step} of ${steps}`, activity.toLowerCase()];
  if (secondsLeft !== null) parts.push(`at most ${time(secondsLeft)} left`);
  if (tokensPerSecond !== null) {
    parts.push(`${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s`);
  }
  return parts.join(', ');
}

export class Progress {
  readonly #stream: WriteStream;
  /** Milliseconds between two updates that suit the stream. */
  readonly every: number;

  constructor(stream: WriteStream) {
    this.#stream = stream;
    this.every = stream.isTTY ? LIVE_EVERY_MS : LOG_EVERY_MS;
  }

  print(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  update(progress: RunProgress): void {
    this.clear();
    this.#stream.write(progressLine(progress) + (this.#stream.isTTY ? '' : '\n'));
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR_LINE);
  }
}
