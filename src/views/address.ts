/** The address bar says what is looked at, so that a link, a reload or "Back" leads to it again. */
import { router } from 'svelte-spa-router';
import { isAt } from './pages';

/**
 * Shows the query of the page at `path`, without an entry in the history. Where the address already
 * asks for another page it is left alone: a page that is about to go must not write over it.
 */
export function showAddress(path: string, query: string): void {
  if (!isAt(path, router.location)) return;
  const address = query === '' ? `#${path}` : `#${path}?${query}`;
  if (location.hash !== address) history.replaceState(history.state, '', address);
}

/** The query that the address bar shows: newer than the router's, which hears nothing of {@link showAddress}. */
export function queryShown(): string {
  const [, ...query] = location.hash.split('?');
  return query.join('?');
}

/** A query without its question mark; slashes, which it may hold, stay to be read. */
export function queryOf(pairs: readonly (readonly [name: string, value: string])[]): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value]))
    .toString()
    .replaceAll('%2F', '/');
}
