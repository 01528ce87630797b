/** One worker of a study: owns an engine and trains one job at a time. */
import '../src/words/en/speak';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import type { StudyTrainer } from '../src/runtime/studies/api';
import { afterItsNews } from '../src/runtime/studies/remote-trainer';
import { LocalStudyTrainer } from '../src/runtime/studies/study-trainer';
import type { Home } from '../src/runtime/workers/roles';

export function open({ root }: Home): StudyTrainer {
  return afterItsNews(
    new LocalStudyTrainer({
      createEngine: browserEngine,
      loadBase: (config) => browserBase(config, root),
      now: () => performance.now(),
    }),
  );
}
