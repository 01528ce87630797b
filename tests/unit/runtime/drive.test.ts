import { describe, expect, it } from 'vitest';
import { drive } from '../../../src/runtime/drive';

/** A clock that work sets going. */
function clockOf() {
  const clock = { time: 0, now: () => clock.time };
  return clock;
}

/** Work of so many steps of 10 ms, and whether it was cleared away. */
function workOf(steps: number, clock = clockOf()) {
  const state = { done: 0, isCleared: false };
  function* work(): Generator<number, string> {
    try {
      for (; state.done < steps; state.done++) {
        clock.time += 10;
        yield state.done;
      }
      return 'all';
    } finally {
      state.isCleared = true;
    }
  }
  return { work: work(), state, clock };
}

/** What a generator of either kind is to the driver. */
async function* awaiting(work: Generator<number, string>): AsyncGenerator<number, string> {
  return yield* work;
}

/** Sends a message to this thread, as a page sends one to a worker. */
function message(hear: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    hear();
  };
  port2.postMessage(null);
}

describe('driving work', () => {
  it.each([
    ['a generator', (work: Generator<number, string>) => work],
    ['an async generator', awaiting],
  ])('gives the result of %s and tells how far it is, not too often', async (_, kind) => {
    const { work, clock } = workOf(100);
    const told: number[] = [];
    const report = (step: number): void => void told.push(step);
    expect(await drive(kind(work), { report, reportEvery: 250, now: clock.now })).toBe('all');
    expect(told).toEqual([0, 25, 50, 75]);
  });

  it('lets messages in every now and then', async () => {
    const { work, clock, state } = workOf(1000);
    let heardAt: number | null = null;
    message(() => (heardAt = state.done));
    await drive(work, { now: clock.now, listenEvery: 30 });
    // Which of two messages comes first is the platform's to say.
    expect(heardAt).toBeLessThan(20);
  });

  it('does not listen where nobody can say anything', async () => {
    const { work, clock } = workOf(1000);
    let isHeard = false;
    message(() => (isHeard = true));
    await drive(work, { now: clock.now, listenEvery: Infinity });
    expect(isHeard).toBe(false);
  });

  it('ends at the next step when it is cancelled, and clears the work away', async () => {
    const { work, clock, state } = workOf(1000);
    const stop = new AbortController();
    const report = (step: number): void => {
      if (step === 50) stop.abort();
    };
    const options = { report, reportEvery: 0, signal: stop.signal, now: clock.now };
    await expect(drive(work, options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(state).toEqual({ done: 50, isCleared: true });
  });

  it('does not begin what was cancelled before', async () => {
    const { work, state } = workOf(3);
    await expect(drive(work, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(state.done).toBe(0);
  });

  it('throws what the work throws', async () => {
    async function* broken(): AsyncGenerator<number, never> {
      yield 1;
      throw new RangeError('It broke.');
    }
    await expect(drive(broken())).rejects.toThrow(new RangeError('It broke.'));
  });

  it('clears the work away where the listener throws', async () => {
    const { work, state } = workOf(3);
    const report = (): void => {
      throw new Error('The page is gone.');
    };
    await expect(drive(work, { report })).rejects.toThrow('The page is gone.');
    expect(state.isCleared).toBe(true);
  });
});
