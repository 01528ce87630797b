/** Damaged inputs for every reader, in threads with a watchdog. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { freshTally, noteMemory, type Drill, type DrillOptions, type Tally } from '../drill';
import { READER_NAMES, READER_TITLES, type ReaderName } from './names';
import type { FuzzNews, FuzzOrder } from './thread';

/**
 * Read in a worker or thread of its own, which is ended where a decoder hangs, runs out of memory or lets an
 * error slip: see src/views/lab.ts and src/cli/guarded.ts.
 */
const GUARDED: ReadonlySet<ReaderName> = new Set(['rows', 'parquet', 'bundles', 'curves']);

/** Milliseconds that an input may take. */
const LONGEST = 5000;
/** A reader that needs more than this of its own has lost its way. */
const MOST_HEAP_MB = 300;

/** Runs one thread until the time is over, or an input hangs; the next input's number, or null. */
function runThread(order: Omit<FuzzOrder, 'at'>, tally: Tally, { until, most }: DrillOptions) {
  return new Promise<number | null>((resolve) => {
    const at = new Int32Array(new SharedArrayBuffer(4)).fill(order.from);
    const thread = new Worker(path.join(import.meta.dirname, 'fuzz-thread.js'), {
      workerData: { ...order, at } satisfies FuzzOrder,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
      // A library of the page says that it finds none.
      stderr: true,
      stdout: true,
    });
    let seen = order.from;
    let since = performance.now();
    const name = order.reader;
    const end = (next: number | null): void => {
      clearInterval(watchdog);
      thread.removeAllListeners();
      thread.on('error', () => undefined);
      void thread.terminate().then(() => resolve(next));
    };
    const isGuarded = GUARDED.has(name);
    const fail = (how: 'hung' | 'uncaught' | 'guarded', what: string): void => {
      tally[how] += 1;
      tally.failures.push(`${name}, input ${at[0]} (seed ${order.seed}), ${how}: ${what}`);
    };
    const watchdog = setInterval(() => {
      if (at[0] !== seen) {
        seen = at[0]!;
        since = performance.now();
      }
      if (performance.now() - since > LONGEST) {
        fail(isGuarded ? 'guarded' : 'hung', `no end after ${LONGEST / 1000} s`);
        end(at[0]! + 1);
      } else if (performance.now() > until || tally.tries >= most) end(null);
    }, 50);
    thread.on('message', (news: FuzzNews) => {
      if (news.type === 'slipped') {
        fail(isGuarded ? 'guarded' : 'uncaught', news.text);
        return;
      }
      tally.tries += 1;
      if (news.type === 'uncaught') fail('uncaught', news.text);
      else if ('memory' in news) noteMemory(tally, news.memory);
      if (tally.tries >= most) end(null);
    });
    thread.on('error', (error: NodeJS.ErrnoException) => {
      const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(isGuarded && isFull ? 'guarded' : 'uncaught', error.message);
      end(at[0]! + 1);
    });
  });
}

async function fuzz(reader: ReaderName, options: DrillOptions): Promise<Tally> {
  const tally = freshTally();
  let from: number | null = 0;
  while (from !== null) {
    from = await runThread({ reader, seed: options.seed, from }, tally, options);
  }
  return tally;
}

export const FUZZ: readonly Drill[] = READER_NAMES.map((reader) => ({
  name: `fuzz-${reader}`,
  title: `damaged ${READER_TITLES[reader]}`,
  share: reader === 'parquet' ? 1 : 0.5,
  run: (options) => fuzz(reader, options),
}));
