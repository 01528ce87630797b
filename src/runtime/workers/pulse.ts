/**
 * Signs of life. Whoever starts a worker asks it every second whether it lives, and the worker
 * answers from its message queue: one that is gone, or caught in a loop, does not. Questions are counted,
 * not seconds, so that sleep, a frozen page and slowed timers are not silence.
 */

const ASK_EVERY_MS = 1000;
/** Seconds a worker may be silent where it says nothing else. */
const USUAL_SILENCE = 8;
/** The same for one that decodes files from elsewhere, of which some keep a decoder in a loop. */
const READER_SILENCE = 3;

/** In a worker: seconds that it may be silent, and those that pieces of its work take beside. */
let usual = USUAL_SILENCE;
let longest = 0;
let piece = 0;
let tell: (seconds: number) => void = () => undefined;

/**
 * In a worker: tells that pieces of its work take up to so many seconds, in which it hears nothing.
 * The usual allowance comes on top.
 */
export function allowSilence(seconds: number): void {
  longest = Math.max(longest, seconds);
  tell(allowedSilence());
}

/** In a worker that reads files from elsewhere: it never has cause to be silent for long. */
export function neverSilent(): void {
  usual = READER_SILENCE;
  tell(allowedSilence());
}

/** In a worker: the piece of work that comes next takes so many seconds; 0 takes that back. */
export function expectPiece(seconds: number): void {
  piece = seconds;
  tell(allowedSilence());
}

/** In a worker: seconds that it may be silent. */
export function allowedSilence(): number {
  return usual + Math.max(longest, piece);
}

/** In a worker: how those who ask are told at once that it may be silent for another time than before. */
export function onSilence(listener: (seconds: number) => void): void {
  tell = listener;
}

interface PulseOptions {
  readonly ask: () => void;
  /** Told once that it is given up, with the seconds of its silence. */
  readonly lost: (seconds: number) => void;
}

/** Watches one worker, from when it has loaded. */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #unanswered = 0;
  #allowed = USUAL_SILENCE;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ask(), ASK_EVERY_MS);
  }

  /** @param allowed seconds that the worker may be silent from now on */
  heard(allowed: number): void {
    this.#unanswered = 0;
    this.#allowed = allowed;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #ask(): void {
    const silent = (this.#unanswered * ASK_EVERY_MS) / 1000;
    if (silent >= this.#allowed) {
      this.end();
      this.#options.lost(silent);
      return;
    }
    this.#unanswered += 1;
    this.#options.ask();
  }
}
