/** The address bar says what is looked at, so that a link, a reload or "Back" leads to it again. */
import { router } from 'svelte-spa-router';
import { isAt } from './pages';

/**
 * Shows the query of the page at `path`, without an entry in the history. Where the address already
 * asks for another page it is left alone: a page that is about to go must not write over it.
 * @param place what is looked at on the page, such as a run; its address is below the page's own
 */
export function showAddress(path: string, query: string, place: string | null = null): void {
  if (!isAt(path, router.location)) return;
  const whole = place === null ? path : `${path}/${place}`;
  const address = query === '' ? `#${whole}` : `#${whole}?${query}`;
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
