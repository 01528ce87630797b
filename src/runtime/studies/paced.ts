/** News at the pace of whoever hears it. */
import type { StudyListener, StudyNews } from './api';

/**
 * Passes news on once what came before has been heard; of what waits meanwhile, the newest of each type.
 * A study of a thousand small cells says more than a page can draw: queued, it would fill the memory.
 */
export function paced(listener: StudyListener): StudyListener {
  const waiting = new Map<StudyNews['type'], StudyNews>();
  let isHeard = true;
  const send = async (): Promise<void> => {
    isHeard = false;
    for (const news of waiting.values()) {
      waiting.delete(news.type);
      // A listener in another worker gives a promise. Who fails at some news hears the next all the same.
      const hearing: unknown = listener(news);
      await Promise.resolve(hearing).catch(() => undefined);
    }
    isHeard = true;
  };
  return (news) => {
    // What is newer is said later.
    waiting.delete(news.type);
    waiting.set(news.type, news);
    if (isHeard) void send();
  };
}
