/*
 * Runs before the lab, in words that old browsers understand too. What goes wrong before the lab has
 * started becomes a sentence: the page would stay blank.
 */
(function () {
  // Where the system names no language, WebKitGTK's is "C", which is none: uPlot asks for its numbers.
  try {
    new Intl.NumberFormat(navigator.language);
  } catch (error) {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }

  function tell(reason) {
    var app = document.getElementById('app');
    if (!app || app.getAttribute('data-started') !== null) return;
    app.textContent =
      'The lab could not start: ' +
      reason +
      ' Reload the page; if that does not help, use a browser of 2023 or later.';
  }

  window.addEventListener(
    'error',
    function (event) {
      var source = event.target && event.target.src;
      // Of a script that cannot be loaded no message tells.
      tell(source ? source + ' cannot be loaded.' : event.message + '.');
    },
    true,
  );
  window.addEventListener('unhandledrejection', function (event) {
    tell(String(event.reason) + '.');
  });
})();
