/** The heaps of a page and of its workers, after a garbage collection, as DevTools has them. */
import type { CDPSession, Page } from '@playwright/test';

export interface Heap {
  /** "page", or the worker's role. */
  readonly name: string;
  /** Bytes of its objects, and of the arrays that lie beside them. */
  readonly bytes: number;
}

interface Attached {
  readonly sessionId: string;
  readonly targetInfo: { readonly title: string; readonly type: string };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** Sessions from the page's to a worker's: a worker that another one started is reached through that. */
type Path = readonly string[];

export class HeapWatch {
  readonly #session: CDPSession;
  readonly #workers = new Map<string, { readonly path: Path; readonly name: string }>();
  readonly #answers = new Map<number, (result: unknown) => void>();
  #asked = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on('Target.attachedToTarget', (event) => this.#attached([], event));
    session.on('Target.detachedFromTarget', ({ sessionId }) => this.#workers.delete(sessionId));
    session.on('Target.receivedMessageFromTarget', (event) => this.#received([], event));
  }

  static async of(page: Page): Promise<HeapWatch> {
    const watch = new HeapWatch(await page.context().newCDPSession(page));
    await watch.#attachFrom([]);
    return watch;
  }

  /** The page's heap first, then those of the workers that there are. */
  async heaps(): Promise<readonly Heap[]> {
    const heaps = [await this.#heap('page', [])];
    for (const { name, path } of [...this.#workers.values()]) {
      // One that ends meanwhile answers nothing.
      const late = new Promise<null>((resolve) => setTimeout(resolve, 20_000, null));
      const heap = await Promise.race([this.#heap(name, path), late]);
      if (heap) heaps.push(heap);
    }
    return heaps;
  }

  async #heap(name: string, path: Path): Promise<Heap> {
    await this.#ask(path, 'HeapProfiler.collectGarbage');
    const usage = await this.#ask(path, 'Runtime.getHeapUsage');
    const { usedSize, backingStorageSize } = usage as Record<string, number>;
    return { name, bytes: usedSize! + backingStorageSize! };
  }

  async #attachFrom(path: Path): Promise<void> {
    const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
    await this.#ask(path, 'Target.setAutoAttach', options);
  }

  #attached(path: Path, { sessionId, targetInfo }: Attached): void {
    if (targetInfo.type !== 'worker') return;
    const own = [...path, sessionId];
    this.#workers.set(sessionId, { path: own, name: targetInfo.title });
    void this.#attachFrom(own);
  }

  #received(path: Path, { sessionId, message }: { sessionId: string; message: string }): void {
    const { id, method, params, result } = JSON.parse(message) as Message;
    const own = [...path, sessionId];
    if (id !== undefined) {
      this.#answers.get(id)?.(result);
      this.#answers.delete(id);
    } else if (method === 'Target.attachedToTarget') {
      this.#attached(own, params as Attached);
    } else if (method === 'Target.detachedFromTarget') {
      this.#workers.delete((params as { sessionId: string }).sessionId);
    } else if (method === 'Target.receivedMessageFromTarget') {
      this.#received(own, params as { sessionId: string; message: string });
    }
  }

  /** A command to the page, or to a worker wrapped once for each session on the way. */
  async #ask(path: Path, method: string, params: object = {}): Promise<unknown> {
    const [first, ...rest] = path;
    if (first === undefined) return this.#send(method, params);
    const id = (this.#asked += 1);
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    let message = JSON.stringify({ id, method, params });
    for (const sessionId of rest.toReversed()) {
      const wrapped = { sessionId, message };
      this.#asked += 1;
      message = JSON.stringify({
        id: this.#asked,
        method: 'Target.sendMessageToTarget',
        params: wrapped,
      });
    }
    await this.#send('Target.sendMessageToTarget', { sessionId: first, message });
    return answer;
  }

  #send(method: string, params: object): Promise<unknown> {
    const send: (method: never, params: never) => Promise<unknown> = this.#session.send.bind(
      this.#session,
    );
    return send(method as never, params as never);
  }
}
