/**
 * A worker that is begun again. When it is lost, what it owed rejects with the reason and the next call
 * starts its successor, so that one death costs the page nothing else.
 */
import type * as Comlink from '../remote';

/** A worker at the other end of the line. */
interface Peer<Api> {
  readonly api: Comlink.Remote<Api> | Promise<Comlink.Remote<Api>>;
  readonly lost: Promise<never>;
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
  #peer: P | null = null;

  constructor(options: LineOptions<Api, P>) {
    this.#options = options;
    this.api = this.#at([]) as Comlink.Remote<Api>;
  }

  /** The worker that is there, started where there is none: it loads before anything is asked of it. */
  begin(): P {
    return (this.#peer ??= this.#open());
  }

  /** What stands at a path of the worker's interface: objects of functions, as comlink has them. */
  #at(path: readonly PropertyKey[]): unknown {
    return new Proxy(() => undefined, {
      // What is awaited by mistake is no promise.
      get: (_, name) => (name === 'then' ? undefined : this.#at([...path, name])),
      apply: (_, __, given: unknown[]) => this.#call(path, given),
    });
  }

  async #call(path: readonly PropertyKey[], given: unknown[]): Promise<unknown> {
    const { api, lost } = this.begin();
    return Promise.race([this.#ask(api, path, given), lost]);
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

  #open(): P {
    const peer = this.#options.open();
    peer.lost.catch((why: unknown) => {
      if (this.#peer === peer) this.#peer = null;
      this.#options.lost?.(why);
    });
    return peer;
  }
}
