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

/**
 * @param onback takes a Back; false where it ends what is shown
 * @returns how to end the watch and leave the history as it was
 */
export function guardBack(onback: () => boolean): () => void {
  let isCovered = true;
  cover();

  function onpopstate(): void {
    isCovered = onback();
    if (isCovered) cover();
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
