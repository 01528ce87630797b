/**
 * Which runs are live. Whoever trains a run holds a Web Lock named after it; the browser releases
 * the lock when the tab is gone, however it went. Outside a secure context there are no locks, and where
 * a browser keeps no data of the site it refuses them: then every run counts as not live.
 */
import { isLabError, LabError } from '../errors';

const PREFIX = 'plasticity-lab:run:';

/** The name of the lock that is held while a run is trained. */
export function runLockName(id: string): string {
  return PREFIX + id;
}

/** Absent in insecure contexts, whatever the types say. */
function lockManager(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

/**
 * Marks a run as live until the returned function is called. Throws
 * `storage/live-elsewhere` if it is live already.
 * @param takesOver whether the mark is taken from its holder: a worker that was ended in the middle of a
 *   loop keeps its lock for a while
 */
export async function holdRun(id: string, takesOver = false): Promise<() => void> {
  const locks = lockManager();
  if (!locks) return () => {};
  return new Promise((resolve, reject) => {
    const held = locks.request(
      runLockName(id),
      takesOver ? { steal: true } : { ifAvailable: true },
      (lock) => {
        if (!lock) {
          throw new LabError('storage/live-elsewhere');
        }
        return new Promise<void>((release) => resolve(release));
      },
    );
    held.catch((error: unknown) => {
      if (isLabError(error, 'storage')) reject(error);
      else resolve(() => {});
    });
  });
}

/** The ids of all runs that are live, in any tab. */
export async function liveRuns(): Promise<ReadonlySet<string>> {
  const { held = [] } =
    (await lockManager()
      ?.query()
      .catch(() => null)) ?? {};
  const names = held.map(({ name }) => name ?? '');
  return new Set(names.filter((n) => n.startsWith(PREFIX)).map((n) => n.slice(PREFIX.length)));
}
