/** Keeps the screen on while a run is in progress, where the browser can. */

/** Begins now; the returned function ends it. A hidden tab loses its lock and asks again later. */
export function keepAwake(): () => void {
  // Absent in insecure contexts and older browsers, whatever the types say.
  const wakeLock: WakeLock | undefined = navigator.wakeLock;
  let lock: WakeLockSentinel | null = null;
  let isWanted = true;

  async function ask(): Promise<void> {
    if (!wakeLock || document.visibilityState !== 'visible') return;
    try {
      const granted = await wakeLock.request('screen');
      if (isWanted) lock = granted;
      else await granted.release();
    } catch {
      // Refused, such as on a low battery: the run does not depend on it.
    }
  }

  const onVisible = (): void => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    isWanted = false;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}
