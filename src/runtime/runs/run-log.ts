/** A run's log: its events in order, sent to the page often and to the store now and then. */
import { failureOf } from '../../errors';
import type { Failure } from '../../schema/pieces';
import type { RecordedEvent, RunEvent } from '../../training/events';
import type {
  CheckpointSlot,
  RunPatch,
  RunStore,
  StoredCheckpoint,
  TimedEvent,
} from '../stores/runs';
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
  /** The run's clock then. */
  readonly seconds: number;
}

/**
 * What a store refuses is kept here and tried again at each checkpoint and at the run's end, so that one
 * failed write costs nothing that a later one can mend.
 */
export class RunLog {
  readonly #id: string;
  readonly #listener: TrainerListener;
  readonly #store: RunStore | null;
  #count: number;
  /** Events that lie in the store, and the run's clock at the last of them. */
  #stored: number;
  #storedSeconds: number;
  #unsent: TimedEvent[] = [];
  #unstored: TimedEvent[] = [];
  /** What the run's record does not say yet. */
  #patch: RunPatch = {};
  /** Checkpoints that it does not hold yet. */
  readonly #owed = new Map<CheckpointSlot, StoredCheckpoint>();
  /** The store refused something: until all of it is written, nothing else is. */
  #isBehind = false;
  #sentAt = -Infinity;
  #storedAt = -Infinity;

  constructor({ id, store, listener, count, seconds }: RunLogOptions) {
    this.#id = id;
    this.#store = store;
    this.#listener = listener;
    this.#count = this.#stored = count;
    this.#storedSeconds = seconds;
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
    this.#unstored = this.#unstored.slice(0, Math.max(0, count - this.#stored));
    this.#count = count;
    this.#stored = Math.min(this.#stored, count);
    this.#listener({ type: 'events', first: count, events: [] });
    if (!this.#isBehind) await this.#write((store) => this.#truncate(store));
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

  /** Changes the run's record. */
  async patch(patch: RunPatch): Promise<void> {
    this.#patch = { ...this.#patch, ...patch };
    if (!this.#isBehind) await this.#write((store) => this.#update(store));
  }

  /** Keeps a checkpoint at the log's present end, with all that the store has refused before. */
  async checkpoint(
    slots: readonly CheckpointSlot[],
    { checkpoint, seconds }: Pick<StoredCheckpoint, 'checkpoint' | 'seconds'>,
  ): Promise<void> {
    this.#patch = { ...this.#patch, seconds };
    const stored = { checkpoint, eventCount: this.#count, seconds };
    for (const slot of slots) this.#owed.set(slot, stored);
    await this.#write((store) => this.#catchUp(store));
  }

  /** Keeps the run's end; says so where that, or anything before it, could not be kept. */
  async end(patch: RunPatch): Promise<void> {
    this.#patch = { ...this.#patch, ...patch };
    await this.#write((store) => this.#catchUp(store), { isEnd: true });
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
    if (!this.#isBehind) await this.#write((store) => this.#storeEvents(store));
  }

  /** A write that failed may have been done all the same: what lies beyond is made again. */
  async #catchUp(store: RunStore): Promise<void> {
    if (this.#isBehind) await this.#truncate(store);
    await this.#storeEvents(store);
    await this.#update(store);
    for (const stored of new Set(this.#owed.values())) {
      const slots = [...this.#owed.keys()].filter((slot) => this.#owed.get(slot) === stored);
      await store.saveCheckpoint(this.#id, slots, stored);
      for (const slot of slots) this.#owed.delete(slot);
    }
  }

  async #truncate(store: RunStore): Promise<void> {
    await store.truncateEvents(this.#id, this.#stored);
  }

  async #storeEvents(store: RunStore): Promise<void> {
    const events = this.#unstored;
    if (events.length === 0) return;
    await store.appendEvents(this.#id, events);
    this.#unstored = this.#unstored.slice(events.length);
    this.#stored += events.length;
    this.#storedSeconds = events.at(-1)!.seconds;
  }

  async #update(store: RunStore): Promise<void> {
    const patch = this.#patch;
    if (Object.keys(patch).length === 0) return;
    await store.updateRun(this.#id, patch);
    this.#patch = {};
  }

  /** Writes to the store, and tells the page when that fails and when all is kept again. */
  async #write(
    action: (store: RunStore) => Promise<void>,
    { isEnd = false }: { readonly isEnd?: boolean } = {},
  ): Promise<void> {
    if (!this.#store) return;
    try {
      await action(this.#store);
      if (this.#isBehind) this.#listener({ type: 'storage-found' });
      this.#isBehind = false;
    } catch (error) {
      if (!this.#isBehind || isEnd) this.#tellLost(failureOf(error), isEnd);
      this.#isBehind = true;
    }
  }

  #tellLost(why: Failure, isEnd: boolean): void {
    const kept = { seconds: this.#storedSeconds, isEnd };
    this.#listener({ type: 'storage-lost', why, kept });
  }
}
