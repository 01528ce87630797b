/** What a drill is: tries that must lose nothing, hang nowhere and let no error slip. */
import { Random } from '../src/random';

/** What became of a drill's tries. */
export interface Tally {
  tries: number;
  /** Tries after which something that was kept is gone, or results are others. */
  lost: number;
  /** Tries that took longer than they may. */
  hung: number;
  /** Tries that ended with an error that is none of the lab's own. */
  uncaught: number;
  /** Tries that a guard of the lab ended, and said so: decoders of others that hung or broke down. */
  guarded: number;
  /** Largest memory of what was drilled, in bytes; null where it is not seen. */
  memory: number | null;
  /** Each failure in a sentence, with what it takes to see it again. */
  readonly failures: string[];
}

export interface DrillOptions {
  readonly seed: number;
  /** Milliseconds of `performance.now` after which no try is begun. */
  readonly until: number;
  /** Most tries; the short form sets it. */
  readonly most: number;
}

export interface Drill {
  /** For `--only`. */
  readonly name: string;
  /** For the table. */
  readonly title: string;
  /** Its part of the time, in proportion to the others. */
  readonly share: number;
  run(options: DrillOptions): Promise<Tally>;
}

export function freshTally(): Tally {
  return { tries: 0, lost: 0, hung: 0, uncaught: 0, guarded: 0, memory: null, failures: [] };
}

/** Whether nothing went wrong. */
export function isClean({ lost, hung, uncaught }: Tally): boolean {
  return lost + hung + uncaught === 0;
}

export function noteMemory(tally: Tally, bytes: number): void {
  tally.memory = Math.max(tally.memory ?? 0, bytes);
}

/** The try number `index` of a drill by itself: any of them can be made again alone. */
export function randomOf(seed: number, index: number): Random {
  return Random.from(seed, String(index));
}

/** Tries one after another until the time is over; what one throws counts as uncaught. */
export async function tryEach(
  tally: Tally,
  { seed, until, most }: DrillOptions,
  attempt: (random: Random, index: number) => Promise<void>,
): Promise<Tally> {
  for (let index = 0; index < most && performance.now() < until; index++) {
    tally.tries += 1;
    try {
      await attempt(randomOf(seed, index), index);
    } catch (error) {
      tally.uncaught += 1;
      const text = error instanceof Error ? error.message : String(error);
      tally.failures.push(`try ${index} (seed ${seed}): ${text.split('\n')[0]}`);
    }
  }
  return tally;
}
