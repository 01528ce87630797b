/** Code that the page was not loaded with: fetched when it is asked for, which may fail and be tried again. */
import { LabError } from '../errors';
import { appRoot } from './app-root';

/**
 * Puts style sheets that could not be fetched into the page anew. The build's loader asks for each only
 * once, and a second try would show its page without them.
 */
function askForStylesAgain(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) {
    if (link.sheet === null) link.replaceWith(link.cloneNode());
  }
}

/** Whether the host answers; what the service worker keeps is not an answer of it. */
function hostAnswers(): Promise<boolean> {
  return fetch(appRoot(), { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}

/** @throws LabError page/no-host, which another try may mend, or page/gone, which a reload mends */
export async function loadLater<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    askForStylesAgain();
    throw new LabError((await hostAnswers()) ? 'page/gone' : 'page/no-host', {}, { cause });
  }
}

/**
 * Loads the page anew, with the code that it could not get. WebKit remembers in its memory that a script
 * could not be had, also across a reload, until it is asked for past its cache.
 */
export async function reloadWithCode(): Promise<void> {
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="modulepreload"]');
  await Promise.allSettled([...links].map(({ href }) => fetch(href, { cache: 'reload' })));
  location.reload();
}
