/** A run's log: its events in order, sent to the page often and to the store now and then. */
import { failureOf } from '../../errors';
import type { RecordedEvent, RunEvent } from '../../training/events';
import type { RunStore, TimedEvent } from '../stores/runs';
import type { TrainerListener } from './api';

const SEND_EVERY_MS = 200;
const STORE_EVERY_MS = 2000;

/** Whether the event is kept: progress is passing news, weights are kept as checkpoints. */
export function isRecorded(
  event: RunEvent,
): event is Extract<RunEvent, { type: RecordedEvent['type'] }> {
  return event.type !== 'progress' && event.type !== 'checkpoint' && event.type !== 'stopped';
}

interface RunLogOptions {
  readonly id: string;
  readonly store: RunStore | null;
  readonly listener: TrainerListener;
  /** Events that were logged before, where a run goes on. */
  readonly count: number;
}

export class RunLog {
  readonly #id: string;
  readonly #listener: TrainerListener;
  #store: RunStore | null;
  #count: number;
  #unsent: TimedEvent[] = [];
  #unstored: TimedEvent[] = [];
  #sentAt = -Infinity;
  #storedAt = -Infinity;

  constructor({ id, store, listener, count }: RunLogOptions) {
    this.#id = id;
    this.#store = store;
    this.#listener = listener;
    this.#count = count;
  }

  /** Number of events logged, those before a resume included. */
  get count(): number {
    return this.#count;
  }

  add(entry: TimedEvent): void {
    this.#count += 1;
    this.#unsent.push(entry);
    this.#unstored.push(entry);
  }

  /** Forgets the events after the first `count`, which was the count at the last checkpoint. */
  async rewind(count: number): Promise<void> {
    this.#unsent = [];
    this.#unstored = [];
    this.#count = count;
    this.#listener({ type: 'events', first: count, events: [] });
    await this.write((store) => store.truncateEvents(this.#id, count));
  }

  /** Sends and stores what is due at `now` (milliseconds). */
  async flushIfDue(now: number): Promise<void> {
    if (now - this.#sentAt >= SEND_EVERY_MS) this.#send(now);
    if (now - this.#storedAt >= STORE_EVERY_MS) await this.#append(now);
  }

  /** Sends and stores all. */
  async flush(now: number): Promise<void> {
    this.#send(now);
    await this.#append(now);
  }

  #send(now: number): void {
    this.#sentAt = now;
    if (this.#unsent.length === 0) return;
    const events = this.#unsent;
    this.#unsent = [];
    this.#listener({ type: 'events', first: this.#count - events.length, events });
  }

  async #append(now: number): Promise<void> {
    this.#storedAt = now;
    if (this.#unstored.length === 0) return;
    const events = this.#unstored;
    this.#unstored = [];
    await this.write((store) => store.appendEvents(this.#id, events));
  }

  /**
   * Writes to the store. A store that fails is given up, with a word to the page: the run itself is
   * worth more than its record, and a log with a hole would be worse than one that ends.
   */
  async write(action: (store: RunStore) => Promise<unknown>): Promise<void> {
    if (!this.#store) return;
    try {
      await action(this.#store);
    } catch (error) {
      this.#store = null;
      this.#listener({ type: 'storage-lost', why: failureOf(error), isBegun: true });
    }
  }
}
