/** What the pages of the lab and its service worker know of each other. */

declare const BUILD_ID: string;

/** The version of the lab, and which build of it: every change to what is built changes it. */
export const VERSION = typeof BUILD_ID === 'undefined' ? 'source' : BUILD_ID;

/**
 * The cache that holds the files of one version. A page holds a lock of the same name for as long as
 * it is open: while it does, the cache stays. One host may hold several copies of the lab, each in a
 * folder of its own.
 * @param root address of the folder that the lab is served from, with a slash at its end
 */
export function cacheName(root: string, version: string): string {
  return `${cachePrefix(root)}${version}`;
}

/** What the names of all caches of the lab in this folder begin with. */
export function cachePrefix(root: string): string {
  return `plasticity-lab:${root}:`;
}

/** Keeps the files of this page's version for as long as the page is open. */
export function holdVersion(root: string): void {
  // Absent at plain HTTP, where nothing is kept; refused where the browser blocks the site's data.
  const locks = globalThis.navigator.locks as LockManager | undefined;
  void locks
    ?.request(cacheName(root, VERSION), { mode: 'shared' }, () => new Promise(() => {}))
    .catch(() => undefined);
}

/** A file of the app, as it lies in the browser or is missing there. */
export interface KeptFile {
  /** Below the app's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly isKept: boolean;
}

/** What a service worker answers to `report` and `complete`. */
export interface OfflineReport {
  readonly version: string;
  readonly files: readonly KeptFile[];
}

/** Why a version could not be kept. */
export type OfflineFault =
  /** The browser gives less room than the files need; both in bytes, null where it does not tell. */
  | { readonly because: 'quota'; readonly needed: number; readonly room: number | null }
  /** The host did not hand out a file; `status` is null where it did not answer. */
  | { readonly because: 'file'; readonly path: string; readonly status: number | null }
  /** The browser itself refuses; its words. */
  | { readonly because: 'refused'; readonly reason: string }
  /** The browser has deleted files that it had kept. */
  | { readonly because: 'evicted'; readonly files: number };

/** What a service worker tells all pages while it stores its files. */
export type OfflineNews = { readonly version: string } & (
  | { readonly type: 'stored'; readonly bytes: number; readonly total: number }
  | { readonly type: 'failed'; readonly fault: OfflineFault }
);

/** Its broadcast channel. */
export const NEWS_CHANNEL = 'plasticity-lab:offline';

/**
 * What a page asks of a service worker: which files it keeps; to fetch those that are missing; to take
 * over from the version before it; to delete what no page uses any longer.
 */
export type Question = 'report' | 'complete' | 'take-over' | 'tidy';

/** What a service worker answers: an error is its message. */
export type Answer = { readonly report: OfflineReport } | { readonly problem: OfflineFault };

/** Asks a service worker; the browser starts it if it sleeps. */
export function ask(worker: ServiceWorker, question: Question): Promise<Answer> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Answer>) => {
      port1.close();
      resolve(data);
    };
    worker.postMessage(question, [port2]);
  });
}
