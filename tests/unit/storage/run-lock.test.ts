import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdRun, liveRuns, runLockName } from '../../../src/storage';

type Callback = (lock: { name: string } | null) => unknown;

/** As much of the browser's lock manager as is used; tests/browser uses the real one. */
class Locks {
  readonly #held = new Set<string>();

  async request(name: string, options: { ifAvailable: boolean }, callback: Callback) {
    if (this.#held.has(name) && options.ifAvailable) return callback(null);
    this.#held.add(name);
    try {
      return await callback({ name });
    } finally {
      this.#held.delete(name);
    }
  }

  async query() {
    return { held: [...this.#held].map((name) => ({ name })), pending: [] };
  }
}

describe('the lock of a live run', () => {
  beforeEach(() => vi.stubGlobal('navigator', { locks: new Locks() }));
  afterEach(() => vi.unstubAllGlobals());

  it('is named after the run', () => {
    expect(runLockName('7')).toBe('plasticity-lab:run:7');
  });

  it('marks the run as live until it is released', async () => {
    const release = await holdRun('7');
    await holdRun('8');
    expect(await liveRuns()).toEqual(new Set(['7', '8']));
    release();
    await vi.waitFor(async () => expect(await liveRuns()).toEqual(new Set(['8'])));
  });

  it('is held by one tab only', async () => {
    const release = await holdRun('7');
    await expect(holdRun('7')).rejects.toMatchObject({ code: 'storage/live-elsewhere' });
    await expect(holdRun('7')).rejects.toThrow(/trained in another tab/);
    release();
    await vi.waitFor(() => holdRun('7'));
  });

  it('ignores the locks of others', async () => {
    void navigator.locks.request('something-else', {}, () => new Promise(() => {}));
    expect(await liveRuns()).toEqual(new Set());
  });

  it('is not an obstacle where the browser refuses its locks with all data of the site', async () => {
    const refuse = () => Promise.reject(new DOMException('Denied.', 'SecurityError'));
    vi.stubGlobal('navigator', { locks: { request: refuse, query: refuse } });
    (await holdRun('7'))();
    expect(await liveRuns()).toEqual(new Set());
  });

  it('is not an obstacle where the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    (await holdRun('7'))();
    expect(await liveRuns()).toEqual(new Set());
  });
});
