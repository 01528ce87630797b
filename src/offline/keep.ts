/** The page's side: has the browser keep the lab, and tells how that goes. */
import {
  ask,
  NEWS_CHANNEL,
  VERSION,
  type OfflineFault,
  type OfflineNews,
  type OfflineReport,
  type Question,
} from './protocol';

/** Whether the lab works here without a network. */
export type OfflineState =
  /** Not known yet. */
  | { readonly type: 'asking' }
  /** The address is not a secure context: browsers offer no service workers there. */
  | { readonly type: 'insecure' }
  | { readonly type: 'storing'; readonly bytes: number; readonly total: number }
  /** `newer` is why a version after this one could not be stored; null where nothing is known of one. */
  | {
      readonly type: 'ready';
      readonly report: OfflineReport;
      readonly newer: OfflineFault | null;
    }
  | { readonly type: 'failed'; readonly fault: OfflineFault };

export interface OfflineListener {
  onState(state: OfflineState): void;
  /** A version that is not this page's is kept and will be there after a reload. */
  onNewVersion(): void;
}

const refused = (reason: string): OfflineFault => ({ because: 'refused', reason });

export class OfflineKeeper {
  readonly #root: string;
  readonly #listener: OfflineListener;
  #registration: ServiceWorkerRegistration | null = null;
  #report: OfflineReport | null = null;
  /** Of the last attempt to store a version, or to look at what is stored. */
  #fault: OfflineFault | null = null;

  /** @param root address of the folder that the page was served from */
  constructor(root: string, listener: OfflineListener) {
    this.#root = root;
    this.#listener = listener;
    new BroadcastChannel(NEWS_CHANNEL).onmessage = ({ data }: MessageEvent<OfflineNews>) =>
      this.#hear(data);
  }

  /** Registers the service worker: the browser then stores a version that it does not have. */
  async begin(): Promise<void> {
    this.#fault = null;
    this.#listener.onState({ type: 'asking' });
    try {
      const address = new URL('service-worker.js', this.#root);
      // A host that lets browsers keep files would hide a new version for as long.
      const options = { scope: this.#root, updateViaCache: 'none' } as const;
      const registration = await navigator.serviceWorker.register(address, options);
      this.#registration = registration;
      registration.onupdatefound = () => this.#watch(registration.installing);
      this.#watch(registration.installing);
      this.#lookForWaiting();
      if (registration.active) await this.#ask(registration.active, 'tidy');
    } catch (error) {
      this.#fail(refused(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Tries once more what failed: files that are missing, a version that could not be stored. */
  async retry(): Promise<void> {
    const active = this.#registration?.active;
    if (!active) return this.begin();
    this.#fault = null;
    this.#listener.onState({ type: 'asking' });
    await this.#ask(active, 'complete');
    // Without the host there is nothing new either, and what is kept has been told.
    await this.#registration?.update().catch(() => undefined);
  }

  /** Lets a version that waits take over; resolves when it has, or at once where none waits. */
  async takeOver(): Promise<void> {
    const waiting = this.#registration?.waiting;
    if (!waiting) return;
    const taken = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    });
    await ask(waiting, 'take-over');
    await taken;
  }

  #hear(news: OfflineNews): void {
    if (news.type === 'failed') this.#fail(news.fault);
    else if (!this.#report) {
      this.#listener.onState({ type: 'storing', bytes: news.bytes, total: news.total });
    }
  }

  /** Follows a version from the arrival of its files to its last day. */
  #watch(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      // Given up, and neither by a later version nor with a word.
      const isGivenUp = worker.state === 'redundant' && !this.#report && !this.#fault;
      if (isGivenUp) this.#fail(refused('The browser gave no reason.'));
      if (worker.state === 'activated') void this.#ask(worker, 'tidy');
      this.#lookForWaiting();
    });
  }

  async #ask(active: ServiceWorker, question: Question): Promise<void> {
    const answer = await ask(active, question);
    if ('problem' in answer) return this.#fail(answer.problem);
    const { version, files } = answer.report;
    const missing = files.filter(({ isKept }) => !isKept).length;
    this.#report = missing === 0 ? answer.report : null;
    if (missing === 0) this.#show();
    else this.#fail({ because: 'evicted', files: missing });
    if (version !== VERSION) this.#listener.onNewVersion();
  }

  /** A version that is kept stays so when a later one cannot be stored. */
  #fail(fault: OfflineFault): void {
    this.#fault = fault;
    if (this.#report) this.#show();
    else this.#listener.onState({ type: 'failed', fault });
  }

  #show(): void {
    const report = this.#report!;
    this.#listener.onState({ type: 'ready', report, newer: this.#fault });
  }

  /** A version that waits beside the one in use is a new one. */
  #lookForWaiting(): void {
    const { waiting, active } = this.#registration ?? {};
    if (waiting && active) this.#listener.onNewVersion();
  }
}
