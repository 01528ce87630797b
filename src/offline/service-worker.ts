/**
 * Keeps the whole lab in the browser: app, workers, kernels, bases and the study that comes with it.
 * Each version has a cache of its own, filled before the version takes over and kept until its last
 * page is closed: a page of an older version still finds the scripts of its workers.
 */
import type { WorkboxPlugin } from 'workbox-core/types';
import { PrecacheController, PrecacheRoute, type PrecacheEntry } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import {
  cacheName,
  cachePrefix,
  NEWS_CHANNEL,
  VERSION,
  type Answer,
  type OfflineFault,
  type OfflineNews,
  type OfflineReport,
  type Question,
} from './protocol';

declare const self: ServiceWorkerGlobalScope;

/** The build writes them in its place; `url` is relative. */
const FILES = self.__WB_MANIFEST as unknown as readonly (PrecacheEntry & {
  readonly bytes: number;
})[];
const TOTAL = FILES.reduce((sum, { bytes }) => sum + bytes, 0);
const ROOT = self.registration.scope;
const CACHE = cacheName(ROOT, VERSION);

const channel = new BroadcastChannel(NEWS_CHANNEL);
function tell(news: OfflineNews): void {
  channel.postMessage(news);
}

/** What the browser keeps below, by address. */
const BYTES = new Map(FILES.map(({ url, bytes }) => [new URL(url, ROOT).href, bytes]));
let stored = 0;
/** The last address that no host answered for. */
let unanswered: string | null = null;

function pathOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return (origin + pathname).slice(ROOT.length);
}

/** Spares the network what another version has already, and tells how far the storing is. */
const storing: WorkboxPlugin = {
  cachedResponseWillBeUsed: async ({ cachedResponse, request, event }) => {
    if (event?.type !== 'install') return cachedResponse;
    const response = cachedResponse ?? (await caches.match(request));
    if (!response) return undefined;
    if (!cachedResponse) await (await caches.open(CACHE)).put(request, response.clone());
    countStored(request.url);
    return response;
  },
  cacheDidUpdate: async ({ request }) => countStored(request.url),
  fetchDidFail: async ({ request }) => {
    unanswered = request.url;
  },
};

function countStored(address: string): void {
  const { origin, pathname } = new URL(address);
  stored += BYTES.get(origin + pathname) ?? 0;
  tell({ type: 'stored', version: VERSION, bytes: stored, total: TOTAL });
}

/**
 * Headers that the page, its workers and all files of the app are to have. Isolation (COOP and COEP),
 * which threads need, is to be switched on here and nowhere else; see `docs/offline.md`.
 */
const headers: WorkboxPlugin = {};

const controller = new PrecacheController({ cacheName: CACHE, plugins: [storing, headers] });
controller.addToCacheList([...FILES]);

async function faultOf(error: unknown): Promise<OfflineFault> {
  const { name, message, details } = error as Error & {
    details?: { url?: string; status?: number };
  };
  if (name === 'QuotaExceededError') {
    const { quota, usage = 0 } = await navigator.storage.estimate();
    const room = quota === undefined ? null : Math.max(0, quota - usage);
    return { because: 'quota', needed: TOTAL, room };
  }
  if (details?.url !== undefined) {
    return { because: 'file', path: pathOf(details.url), status: details.status ?? null };
  }
  if (unanswered !== null) return { because: 'file', path: pathOf(unanswered), status: null };
  return { because: 'refused', reason: message };
}

/** What was stored when the network failed stays for the next try; a full disk gets its room back. */
async function fail(error: unknown): Promise<OfflineFault> {
  const fault = await faultOf(error);
  if (fault.because === 'quota') await giveBack();
  return fault;
}

/** File by file: a cache that is deleted whole keeps its room for as long as someone has it open. */
async function giveBack(): Promise<void> {
  const cache = await caches.open(CACHE);
  const kept = await cache.keys();
  await Promise.all(kept.map((request) => cache.delete(request)));
  await caches.delete(CACHE);
}

async function install(event: ExtendableEvent): Promise<void> {
  try {
    await controller.install(event);
  } catch (error) {
    tell({ type: 'failed', version: VERSION, fault: await fail(error) });
    throw error;
  }
}

async function report(): Promise<OfflineReport> {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  const files = FILES.map(({ url, bytes }) => ({
    path: url,
    bytes,
    isKept: kept.has(controller.getCacheKeyForURL(url)!),
  }));
  return { version: VERSION, files };
}

/** Fetches what the browser has deleted. */
async function complete(): Promise<void> {
  const cache = await caches.open(CACHE);
  unanswered = null;
  for (const { path, isKept } of (await report()).files) {
    if (isKept) continue;
    const response = await fetch(path, { cache: 'no-cache' }).catch((error: unknown) => {
      unanswered = new URL(path, ROOT).href;
      throw error;
    });
    if (!response.ok) {
      const details = { url: response.url, status: response.status };
      throw Object.assign(new Error(response.statusText), { details });
    }
    await cache.put(controller.getCacheKeyForURL(path)!, response);
  }
}

/** Deletes the caches of other versions whose pages are all closed. */
async function tidy(): Promise<void> {
  const names = await caches.keys();
  const { held = [] } = await navigator.locks.query();
  // What comes in has no page yet, and its cache is among the names only if it shows here.
  if (self.registration.installing || self.registration.waiting) return;
  const used = new Set([CACHE, ...held.map(({ name }) => name)]);
  const old = names.filter((name) => name.startsWith(cachePrefix(ROOT)) && !used.has(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(question: Question): Promise<Answer> {
  try {
    if (question === 'take-over') await self.skipWaiting();
    // What cannot be deleted now will be when the next page opens.
    if (question === 'tidy') await tidy().catch(() => undefined);
    if (question === 'complete') await complete();
    return { report: await report() };
  } catch (error) {
    return { problem: await fail(error) };
  }
}

self.addEventListener('install', (event) => event.waitUntil(install(event)));
// The page that was there before its service worker works without a network at once.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event: ExtendableMessageEvent) => {
  const [port] = event.ports;
  if (!port) return;
  event.waitUntil(answer(event.data as Question).then((answered) => port.postMessage(answered)));
});

// A question mark in an address is the page's business: the file is the same.
registerRoute(new PrecacheRoute(controller, { ignoreURLParametersMatching: [/./] }));
// A file whose name holds a hash, of a version whose page is still open.
registerRoute(
  ({ url }) => url.href.startsWith(`${ROOT}assets/`),
  async ({ request }) => (await caches.match(request)) ?? fetch(request),
);
