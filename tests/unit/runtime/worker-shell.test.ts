/** The line between a worker and whoever starts it, with the worker's loading in the test's hand. */
import * as Comlink from 'comlink';
import { describe, expect, it, vi } from 'vitest';
import type { AnalystApi } from '../../../src/runtime/ceilings/api';
import { decoding } from '../../../src/runtime/sets/decoding';
import { connect } from '../../../src/runtime/workers/connect';
import { neverSilent } from '../../../src/runtime/workers/pulse';
import type { Appointment, RoleLoaders } from '../../../src/runtime/workers/roles';
import { serve, type WorkerScope } from '../../../src/runtime/workers/serve';

type Loaders = Partial<RoleLoaders>;

/** A worker whose script runs when `run` is called; messages wait for it, as in a browser. */
class FakeWorker extends EventTarget {
  #isEnded = false;
  readonly #waiting: Appointment[] = [];
  readonly #scope: WorkerScope = {
    onmessage: null,
    postMessage: (data) => this.dispatchEvent(new MessageEvent('message', { data })),
  };

  get isEnded(): boolean {
    return this.#isEnded;
  }

  postMessage(message: Appointment): void {
    this.#waiting.push(message);
  }

  run(loaders: Loaders): void {
    serve(loaders, this.#scope);
    for (const data of this.#waiting) this.#scope.onmessage?.(new MessageEvent('m', { data }));
  }

  crash(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }

  terminate(): void {
    this.#isEnded = true;
  }
}

function start() {
  const worker = new FakeWorker();
  const connection = connect(worker as unknown as Worker, 'analyst', 'http://lab/');
  return { worker, connection };
}

function analyst(told: string[]): AnalystApi {
  return { forget: async (source: string) => void told.push(source) } as unknown as AnalystApi;
}

describe('the shell of the workers', () => {
  it('answers what was asked before its role had loaded, in order', async () => {
    const { worker, connection } = start();
    const told: string[] = [];
    const first = connection.api.forget('first');
    let load = (): void => undefined;
    const loaded = new Promise<void>((resolve) => (load = resolve));
    worker.run({
      analyst: async () => {
        await loaded;
        return { open: () => analyst(told) };
      },
    });
    const second = connection.api.forget('second');
    expect(told).toEqual([]);
    load();
    await Promise.all([first, second, connection.ready]);
    expect(told).toEqual(['first', 'second']);
    connection.api[Comlink.releaseProxy]();
  });

  it('tells the role where the page has its files', async () => {
    const { worker, connection } = start();
    let home = '';
    const open = ({ root }: { root: string }) => ((home = root), analyst([]));
    worker.run({ analyst: async () => ({ open }) });
    await connection.ready;
    expect(home).toBe('http://lab/');
    connection.api[Comlink.releaseProxy]();
  });

  it('loads no other role', async () => {
    const { worker, connection } = start();
    worker.run({
      analyst: async () => ({ open: () => analyst([]) }),
      storage: () => Promise.reject(new Error('not asked for')),
    });
    await connection.ready;
    connection.api[Comlink.releaseProxy]();
  });

  it('reports a role that cannot be loaded, with the reason', async () => {
    const { worker, connection } = start();
    worker.run({ analyst: () => Promise.reject(new Error('its file is gone')) });
    await expect(connection.ready).rejects.toThrow(/"analyst".*its file is gone/);
    await expect(connection.lost).rejects.toThrow(/its file is gone/);
  });

  it('reports a role that fails to open, and one that it does not know', async () => {
    const first = start();
    const open = (): never => {
      throw new Error('no database');
    };
    first.worker.run({ analyst: async () => ({ open }) });
    await expect(first.connection.ready).rejects.toThrow(/no database/);
    const second = start();
    second.worker.run({});
    await expect(second.connection.ready).rejects.toThrow(/cannot be "analyst"/);
  });

  it('is lost where its script cannot be run, or fails later', async () => {
    const { worker, connection } = start();
    worker.crash('');
    await expect(connection.ready).rejects.toThrow(/no reason was given/);
    const later = start();
    later.worker.run({ analyst: async () => ({ open: () => analyst([]) }) });
    await later.connection.ready;
    later.worker.crash('out of memory');
    await expect(later.connection.lost).rejects.toThrow(/out of memory/);
    later.connection.api[Comlink.releaseProxy]();
  });

  it('bears a piece of work that a reader announces, and no other silence for long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { worker, connection } = start();
    worker.run({ analyst: async () => ({ open: () => (neverSilent(), analyst([])) }) });
    await connection.ready;
    const lost = vi.fn();
    connection.lost.catch(lost);
    // From here on it hears nothing: questions wait.
    await decoding(30e6, async () => {
      vi.advanceTimersByTime(20_000);
      await Promise.resolve();
      expect(worker.isEnded).toBe(false);
    });
    vi.advanceTimersByTime(4000);
    await expect(connection.lost).rejects.toThrow(/no sign of life for 3 seconds/);
    expect(worker.isEnded).toBe(true);
    vi.useRealTimers();
    connection.api[Comlink.releaseProxy]();
  });

  it('ends the worker when it is asked to', () => {
    const { worker, connection } = start();
    connection.end();
    expect(worker.isEnded).toBe(true);
  });
});
