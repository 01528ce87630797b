/** A thread that reads damaged inputs one after another, and says of each what became of it. */
import { parentPort, workerData } from 'node:worker_threads';
import '../../src/words/en/speak';
import { isLabError, LabError } from '../../src/errors';
import { randomOf } from '../drill';
import type { ReaderName } from './names';
import { READERS } from './readers';

export interface FuzzOrder {
  readonly reader: ReaderName;
  readonly seed: number;
  /** The first input. */
  readonly from: number;
  /** The input at hand: a thread that runs out of memory takes its last messages along. */
  readonly at: Int32Array;
}

export type FuzzNews =
  | { readonly type: 'read' | 'refused'; readonly memory: number }
  /** `slipped`: an error that reaches nobody who waits; once for each input. */
  | { readonly type: 'uncaught' | 'slipped'; readonly text: string };

const { reader: name, seed, from, at } = workerData as FuzzOrder;
const reader = READERS[name];
const port = parentPort!;
const say = (news: FuzzNews): void => port.postMessage(news);
let index = from;

let slippedAt = -1;
process.on('unhandledRejection', (error) => {
  if (slippedAt !== index) say({ type: 'slipped', text: String(error) });
  slippedAt = index;
});

/** Errors of the lab name what is wrong with a file; faults are its own. */
function isRefusal(error: unknown): boolean {
  return error instanceof LabError && !isLabError(error, 'fault');
}

/** What the thread's own heap and buffers hold, garbage included. */
function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (; ; index++) {
  Atomics.store(at, 0, index);
  const input = await reader.make(randomOf(seed, index));
  try {
    await reader.read(input);
    say({ type: 'read', memory: memory() });
  } catch (error) {
    if (isRefusal(error)) say({ type: 'refused', memory: memory() });
    else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say({ type: 'uncaught', text: text.split('\n').slice(0, 3).join(' ') });
    }
  }
  // The news is sent, and the order to end heard.
  if (index % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
}
