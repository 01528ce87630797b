/** Threads that help an engine: how many, and how they come up. */
import type { EngineHelper } from '../../engine/team';
import type { ModelConfig } from '../../model/config';
import type * as Comlink from '../remote';
import type { HelperApi } from './helper-host';

/** A thread that has been started, at the other end of a line. */
interface HelperThread {
  readonly api: Comlink.Remote<HelperApi>;
  /** Rejects once the thread is gone: what it owes would otherwise be waited for without end. */
  readonly lost: Promise<never>;
  readonly end: () => void;
}

/** The helpers of one engine. */
export interface Helpers {
  readonly helpers: readonly EngineHelper[];
  /** Ends their threads. */
  readonly end: () => void;
}

/** Most threads of one engine: a batch of this lab's models has no work for more. */
const MOST_THREADS = 8;

/**
 * Threads that make a single run faster. Of more than two logical cores half are taken: two of them often
 * share the arithmetic of one, and a page wants its own.
 */
export function usefulThreads(cores: number): number {
  return cores <= 2 ? Math.max(1, cores) : Math.min(MOST_THREADS, Math.ceil(cores / 2));
}

/** Starts helpers; those that do not come up are done without. */
export async function startHelpers(
  config: ModelConfig,
  count: number,
  start: () => HelperThread,
): Promise<Helpers> {
  const threads = Array.from({ length: count }, start);
  const opened = await Promise.allSettled(
    threads.map(({ api, lost }) => Promise.race([api.open(config), lost])),
  );
  const ready = threads.filter((thread, i) => {
    const isReady = opened[i]!.status === 'fulfilled';
    if (!isReady) thread.end();
    return isReady;
  });
  return {
    helpers: ready.map(({ api, lost }) => ({
      sample: (request, parameters) => Promise.race([api.sample(request, parameters), lost]),
      score: (batch, parameters) => Promise.race([api.score(batch, parameters), lost]),
      gradients: (parts, parameters) => Promise.race([api.gradients(parts, parameters), lost]),
    })),
    end: () => ready.forEach((thread) => thread.end()),
  };
}
