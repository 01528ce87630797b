/** How long a page's thread is held. */

declare global {
  interface Window {
    thread(): { longest: number; p99: number };
  }
}

/** Evaluated in a page: watches long tasks, and how late a timer comes that asks for the thread every 10 ms. */
export function watchThread(): void {
  const waits: number[] = [];
  let longest = 0;
  let asked = performance.now();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ type: 'longtask' });
  setInterval(() => {
    const now = performance.now();
    waits.push(Math.max(0, now - asked - 10));
    asked = now;
  }, 10);
  window.thread = () => {
    const sorted = waits.toSorted((a, b) => a - b);
    return { longest, p99: sorted[Math.floor(0.99 * (sorted.length - 1))]! };
  };
}
