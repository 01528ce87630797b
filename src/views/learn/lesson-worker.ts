/** The lesson's worker as the page holds it. */
import * as Comlink from '../../runtime/remote';
import type { LessonApi } from '../../runtime/lesson/api';
import { openWorker } from '../open-worker';

export interface LessonWorker extends LessonApi {
  /** Ends it in the middle of whatever it does; what was asked for is never answered. */
  end(): void;
}

export function openLessonWorker(): LessonWorker {
  const { api, lost, end } = openWorker('lesson');
  return {
    prepare: () => Promise.race([api.prepare(), lost]),
    run: (request, listener) => Promise.race([api.run(request, Comlink.proxy(listener)), lost]),
    cancel: () => Promise.race([api.cancel(), lost]),
    end,
  };
}
