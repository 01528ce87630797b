/*
 * Runs before the lab, in words that browsers of 2018 understand too. What goes wrong before the lab has
 * started becomes a sentence: the page would stay blank.
 */
(() => {
  // Where the system names no language, WebKitGTK's is "C", which is none: uPlot asks for its numbers.
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }

  const tell = (/** @type {string} */ reason) => {
    const app = document.getElementById('app');
    if (!app || app.hasAttribute('data-started')) return;
    app.textContent = `The lab could not start: ${reason} Reload the page; if that does not help, use a browser of 2023 or later.`;
  };

  const onError = (/** @type {ErrorEvent} */ { target, message }) => {
    // Of a script that cannot be loaded no message tells.
    tell(target instanceof HTMLScriptElement ? `${target.src} cannot be loaded.` : `${message}.`);
  };
  window.addEventListener('error', onError, true);
  window.addEventListener('unhandledrejection', ({ reason }) => tell(`${reason}.`));
})();
