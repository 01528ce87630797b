/**
 * The browser's Back while something fills the screen. It must not lead to another page in the middle of
 * a talk, so there is an entry of the history's own on top, which Back takes away and a further step
 * brings again.
 */
import { tick } from 'svelte';

const MARK = 'stage';

function isOnTop(): boolean {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && MARK in state;
}

function cover(): void {
  history.pushState({ ...(history.state as object | null), [MARK]: true }, '');
}

interface Moves {
  /** Takes a Back; false where it ends what is shown. */
  readonly onback: () => boolean;
  /** Another address was gone to: what is shown ends. */
  readonly onleave: () => void;
}

/** @returns how to end the watch and leave the history as it was */
export function guardBack({ onback, onleave }: Moves): () => void {
  let isCovered = true;
  const { href } = location;
  cover();

  // Comes with Back, and with a link to another place on the same page too.
  function onpopstate(): void {
    const isBack = location.href === href;
    isCovered = isBack && onback();
    if (isCovered) cover();
    // The router is first to read an address that the end of what is shown may change.
    else if (!isBack) addEventListener('hashchange', onleave, { once: true });
  }

  addEventListener('popstate', onpopstate);
  return () => {
    removeEventListener('popstate', onpopstate);
    if (isCovered) void uncover();
  };
}

/** The page has the address that it has now, one entry further down. */
async function uncover(): Promise<void> {
  await tick();
  // Where another page was gone to, its entry lies above.
  if (!isOnTop()) return;
  const { href } = location;
  addEventListener('popstate', () => history.replaceState(history.state, '', href), {
    once: true,
    // Before the router looks at the address.
    capture: true,
  });
  history.back();
}
