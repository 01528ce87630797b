/** Keeps studies and runs them on workers of its own, so that the page only draws. */
import '../src/words/en/speak';
import { version } from '../package.json';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import type { StudyRunnerApi } from '../src/runtime/studies/api';
import { drawnStudy, figureTexts } from '../src/runtime/studies/drawn-figures';
import { StudyRunner } from '../src/runtime/studies/runner';
import { WorkerTrainers } from '../src/runtime/studies/trainers-browser';
import { connect, type Connection } from '../src/runtime/workers/connect';
import type { Home } from '../src/runtime/workers/roles';
import { holdRun, liveRuns, IndexedDbSetStore, IndexedDbStudyStore } from '../src/storage';

/** Another worker of this very script. */
function startTrainer({ root }: Home): Connection<'study-trainer'> {
  const role = 'study-trainer';
  return connect(new Worker(self.location.href, { type: 'module', name: role }), role, root);
}

export function open(home: Home): StudyRunnerApi {
  return new StudyRunner({
    store: new IndexedDbStudyStore(),
    library: new IndexedDbSetStore(),
    trainers: new WorkerTrainers(() => startTrainer(home)),
    environment: {
      createEngine: browserEngine,
      loadBase: (config) => browserBase(config, home.root),
      now: () => performance.now(),
    },
    hold: holdRun,
    live: liveRuns,
    origin: () => ({ lab: version, madeAt: Date.now() }),
    draw: (results, known) => {
      const { figures, fits } = drawnStudy(results, known);
      return { figures: figureTexts(figures), fits };
    },
  });
}
