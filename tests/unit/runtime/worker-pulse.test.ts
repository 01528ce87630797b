/** Signs of life of a worker, and the line on which another one takes the place of one that is lost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Comlink from '../../../src/runtime/remote';
import { Line } from '../../../src/runtime/workers/line';
import { Pulse } from '../../../src/runtime/workers/pulse';

describe('the pulse of a worker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched(answers: () => boolean) {
    const lost = vi.fn<(seconds: number) => void>();
    const pulse: Pulse = new Pulse({ ask: () => answers() && pulse.heard(8), lost });
    return { pulse, lost };
  }

  it('goes on for as long as it is answered', () => {
    const { lost, pulse } = watched(() => true);
    vi.advanceTimersByTime(3_600_000);
    expect(lost).not.toHaveBeenCalled();
    pulse.end();
  });

  it('is lost within ten seconds of the last answer, once', () => {
    let lives = true;
    const { lost } = watched(() => lives);
    vi.advanceTimersByTime(20_000);
    lives = false;
    vi.advanceTimersByTime(10_000);
    expect(lost.mock.calls).toEqual([[8]]);
    vi.advanceTimersByTime(60_000);
    expect(lost).toHaveBeenCalledTimes(1);
  });

  it('of a reader is lost within four seconds of its last answer', () => {
    let lives = true;
    const lost = vi.fn();
    const pulse: Pulse = new Pulse({ ask: () => lives && pulse.heard(3), lost });
    vi.advanceTimersByTime(20_000);
    lives = false;
    vi.advanceTimersByTime(4000);
    expect(lost.mock.calls).toEqual([[3]]);
  });

  it('bears a silence that was told, and one answer after it is enough', () => {
    const { lost, pulse } = watched(() => false);
    pulse.heard(60);
    vi.advanceTimersByTime(58_000);
    pulse.heard(60);
    vi.advanceTimersByTime(58_000);
    expect(lost).not.toHaveBeenCalled();
    vi.advanceTimersByTime(4000);
    expect(lost).toHaveBeenCalledTimes(1);
  });
});

interface Counter {
  count(): Promise<number>;
  readonly inner: { double(value: number): Promise<number> } & Comlink.ProxyMarked;
}

/** Workers that count their calls, and may be lost. */
function counters(startsLost = false) {
  const losses: ((why: Error) => void)[] = [];
  const heard = vi.fn();
  const ended = vi.fn();
  const line = new Line<Counter>({
    open() {
      let calls = 0;
      const lost = new Promise<never>((_, reject) => losses.push(reject));
      if (startsLost) losses.at(-1)!(new Error('It did not load.'));
      const api = {
        count: async () => ++calls,
        inner: { double: (value: number) => (value < 0 ? new Promise(() => {}) : 2 * value) },
      };
      return { api: api as unknown as Comlink.Remote<Counter>, lost, end: ended };
    },
    lost: heard,
  });
  return { line, losses, heard, ended };
}

describe('a line to a worker', () => {
  it('reaches functions at any depth of one and the same worker', async () => {
    const { line, losses } = counters();
    expect(losses).toHaveLength(0);
    expect(await line.api.count()).toBe(1);
    expect(await line.api.count()).toBe(2);
    expect(await line.api.inner.double(4)).toBe(8);
    expect(losses).toHaveLength(1);
  });

  it('rejects what a lost worker owed, says so once, and starts another with the next call', async () => {
    const { line, losses, heard } = counters();
    await line.api.count();
    const owed = line.api.inner.double(-1);
    losses[0]!(new Error('gone'));
    await expect(owed).rejects.toThrow('gone');
    expect(heard.mock.calls).toEqual([[new Error('gone')]]);
    expect(await line.api.count()).toBe(1);
    expect(losses).toHaveLength(2);
  });

  it('is ended in the middle of what it does, and starts another with the next call', async () => {
    const { line, losses, heard, ended } = counters();
    line.end(new Error('nobody was there'));
    expect(ended).not.toHaveBeenCalled();
    const owed = line.api.inner.double(-1);
    line.end(new Error('cancelled'));
    await expect(owed).rejects.toThrow('cancelled');
    expect(ended).toHaveBeenCalledTimes(1);
    expect(heard).not.toHaveBeenCalled();
    expect(await line.api.count()).toBe(1);
    expect(losses).toHaveLength(2);
  });

  it('tries anew with each call where a worker cannot be started', async () => {
    const { line, losses } = counters(true);
    await expect(line.api.inner.double(-1)).rejects.toThrow('did not load');
    await expect(line.api.inner.double(-1)).rejects.toThrow('did not load');
    expect(losses).toHaveLength(2);
  });

  it('is not a promise when it is awaited', async () => {
    const { line, losses } = counters();
    await Promise.resolve(line.api);
    expect(losses).toHaveLength(0);
  });
});
