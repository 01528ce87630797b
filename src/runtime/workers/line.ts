/**
 * A worker that is begun again. When it is lost, what it owed rejects with the reason and the next call
 * starts its successor, so that one death costs the page nothing else.
 */
import type * as Comlink from '../remote';

/** A worker at the other end of the line. */
interface Peer<Api> {
  readonly api: Comlink.Remote<Api> | Promise<Comlink.Remote<Api>>;
  readonly lost: Promise<never>;
  /** Ends it in the middle of whatever it does. */
  readonly end?: () => void;
}

/** A worker, and the end that whoever holds the line may make of it. */
interface Held<P> {
  readonly peer: P;
  readonly ended: Promise<never>;
  readonly hangUp: (why: unknown) => void;
}

interface LineOptions<Api, P extends Peer<Api>> {
  /** Starts a worker and tells it what it must know first. */
  readonly open: () => P;
  /** Told when a worker is lost, once that is known to all who wait for it. */
  readonly lost?: (why: unknown) => void;
}

type Callable = (...given: unknown[]) => unknown;

export class Line<Api, P extends Peer<Api> = Peer<Api>> {
  /** Usable at any time, whichever worker is there. */
  readonly api: Comlink.Remote<Api>;
  readonly #options: LineOptions<Api, P>;
  #held: Held<P> | null = null;

  constructor(options: LineOptions<Api, P>) {
    this.#options = options;
    this.api = this.#at([]) as Comlink.Remote<Api>;
  }

  /** The worker that is there, started where there is none: it loads before anything is asked of it. */
  begin(): P {
    return this.#hold().peer;
  }

  /** Ends the worker where there is one; what it owes rejects with `why`, and the next call has another. */
  end(why: unknown): void {
    const held = this.#held;
    this.#held = null;
    held?.peer.end?.();
    held?.hangUp(why);
  }

  #hold(): Held<P> {
    return (this.#held ??= this.#open());
  }

  /** What stands at a path of the worker's interface: objects of functions, as comlink has them. */
  #at(path: readonly PropertyKey[]): unknown {
    return new Proxy(() => undefined, {
      // What is awaited by mistake is not a promise.
      get: (_, name) => (name === 'then' ? undefined : this.#at([...path, name])),
      apply: (_, __, given: unknown[]) => this.#call(path, given),
    });
  }

  async #call(path: readonly PropertyKey[], given: unknown[]): Promise<unknown> {
    const { peer, ended } = this.#hold();
    return Promise.race([this.#ask(peer.api, path, given), peer.lost, ended]);
  }

  async #ask(
    api: Peer<Api>['api'],
    path: readonly PropertyKey[],
    given: unknown[],
  ): Promise<unknown> {
    let target: unknown = await api;
    for (const name of path) target = (target as Record<PropertyKey, unknown>)[name];
    return (target as Callable)(...given);
  }

  #open(): Held<P> {
    const peer = this.#options.open();
    let hangUp: (why: unknown) => void;
    const ended = new Promise<never>((_, reject) => (hangUp = reject));
    // Where nothing waits for an answer, nothing is owed.
    ended.catch(() => undefined);
    peer.lost.catch((why: unknown) => {
      if (this.#held?.peer === peer) this.#held = null;
      this.#options.lost?.(why);
    });
    return { peer, ended, hangUp: hangUp! };
  }
}
