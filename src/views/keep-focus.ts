/**
 * Keeps the keyboard's place on the page. What has the focus may vanish by what it does: "Start" gives
 * way to the run, "Switch now" to a sentence. The browser then drops the focus to the body, and a
 * person with a keyboard or a screen reader begins again at the top. Here it goes to the heading of the
 * nearest place that is still there; after a dialog, back to what opened it.
 */

function canHoldFocus(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

function isLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body;
}

/** An element and all that it lies in, up to `root`. */
function wayTo(root: Element, element: Element): Element[] {
  const way: Element[] = [];
  for (let at: Element | null = element; at && at !== root; at = at.parentElement) way.push(at);
  return [...way, root];
}

/** The first heading in one of these places, the nearest place first; the last place without one. */
function homeIn(way: readonly Element[]): Element | undefined {
  const places = way.filter((place) => place.isConnected);
  const headings = places.map((place) => place.querySelector('h1, h2, h3'));
  return headings.find((heading) => heading !== null) ?? places.at(-1);
}

/** Headings take the focus of no key, only this one. */
function focusOn(home: Element): void {
  if (!(home instanceof HTMLElement)) return;
  if (!home.hasAttribute('tabindex')) {
    home.tabIndex = -1;
    home.addEventListener('blur', () => home.removeAttribute('tabindex'), { once: true });
  }
  home.focus({ preventScroll: true });
}

/** Watches what lies in `root`; for use as an attachment. */
export function keepFocus(root: HTMLElement): () => void {
  /** What had the focus last, and all around it; empty where a person has left it. */
  let way: Element[] = [];

  /** What has the focus outside, such as a button of a dialog. */
  let outside: Element | null = null;

  function onfocusin({ target }: FocusEvent): void {
    if (!(target instanceof Element)) return;
    const isInside = root.contains(target);
    outside = isInside ? null : target;
    if (isInside) way = wayTo(root, target);
  }

  function onfocusout({ relatedTarget }: FocusEvent): void {
    if (relatedTarget !== null) return;
    const [left] = way;
    // Only later is it known whether it was left or removed.
    setTimeout(() => {
      if (left && left === way[0] && isLost() && canHoldFocus(left) && document.hasFocus())
        way = [];
    });
  }

  const observer = new MutationObserver(() => {
    const [last] = way;
    if (!last || !isLost()) return;
    if (!canHoldFocus(last)) {
      const home = homeIn(way.slice(1));
      if (home) focusOn(home);
    } else if (outside && !outside.isConnected) focusOn(last);
  });
  document.addEventListener('focusin', onfocusin);
  root.addEventListener('focusout', onfocusout);
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ['disabled', 'hidden'],
  });
  return () => {
    document.removeEventListener('focusin', onfocusin);
    root.removeEventListener('focusout', onfocusout);
    observer.disconnect();
  };
}
