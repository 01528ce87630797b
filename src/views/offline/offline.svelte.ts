/** Whether the lab works in this browser without a network, and whether a new version of it waits. */
import { createContext } from 'svelte';
import type { OfflineKeeper, OfflineState } from '../../offline/keep';
import { holdVersion } from '../../offline/protocol';
import { appRoot } from '../app-root';

export class Offline {
  #state = $state.raw<OfflineState>({ type: 'asking' });
  #hasNewVersion = $state(false);
  #keeper: OfflineKeeper | null = null;

  get state(): OfflineState {
    return this.#state;
  }

  /** Whether a reload brings another version. */
  get hasNewVersion(): boolean {
    return this.#hasNewVersion;
  }

  /** Has the browser keep the lab once the page has loaded: until then it has better things to do. */
  begin(): void {
    const root = appRoot();
    if (!('serviceWorker' in navigator)) {
      this.#state = isSecureContext
        ? { type: 'failed', fault: { because: 'refused', reason: 'It offers no service workers.' } }
        : { type: 'insecure' };
      return;
    }
    holdVersion(root);
    const keep = () => void this.#open(root);
    if (document.readyState === 'complete') afterStart(keep);
    else addEventListener('load', () => afterStart(keep), { once: true });
  }

  async retry(): Promise<void> {
    await this.#keeper?.retry();
  }

  /** Loads the page anew in the newest version; other pages keep theirs until they do the same. */
  async reload(): Promise<void> {
    await this.#keeper?.takeOver();
    location.reload();
  }

  async #open(root: string): Promise<void> {
    const { OfflineKeeper } = await import('../../offline/keep');
    this.#keeper = new OfflineKeeper(root, {
      onState: (state) => (this.#state = state),
      onNewVersion: () => (this.#hasNewVersion = true),
    });
    await this.#keeper.begin();
  }
}

/** A run that a link begins is under way by then: storing 20 MB beside its start cost it 0.2 s. */
const AFTER_LOAD_MS = 3000;

function afterStart(work: () => void): void {
  setTimeout(work, AFTER_LOAD_MS);
}

export const [useOffline, provideOffline] = createContext<Offline>();
