/** A trainer in another worker: a thread of Node, or a worker of the browser. */
import * as Comlink from '../remote';
import type { JobNews, StudyTrainer } from './api';

/**
 * The worker's side. News and the outcome of a job take different ports, so that either may arrive
 * first: the outcome waits until all news have been heard.
 */
export function afterItsNews(trainer: StudyTrainer): StudyTrainer {
  return {
    async train(job, listener) {
      const heard: unknown[] = [];
      const tell = (news: JobNews): void => void heard.push(listener(news));
      const outcome = await trainer.train(job, tell);
      await Promise.all(heard);
      return outcome;
    },
    stop: () => trainer.stop(),
  };
}

/**
 * The side of whoever started it.
 * @param lost rejects when the worker is gone: what it owes is then never answered
 */
export function remoteTrainer(
  remote: Comlink.Remote<StudyTrainer>,
  lost: Promise<never>,
): StudyTrainer {
  return {
    train: (job, listener) => Promise.race([remote.train(job, Comlink.proxy(listener)), lost]),
    // One that is gone has stopped.
    stop: () => Promise.race([remote.stop(), lost.catch(() => undefined)]),
  };
}
