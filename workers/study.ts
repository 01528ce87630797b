/**
 * The study worker: keeps studies and runs them on workers of its own, so that the page only draws.
 */
import * as Comlink from '../src/runtime/remote';
import { version } from '../package.json';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import type { StudyRunnerApi } from '../src/runtime/studies/api';
import { drawnFigures, figureTexts } from '../src/runtime/studies/drawn-figures';
import { StudyRunner } from '../src/runtime/studies/runner';
import { WorkerTrainers } from '../src/runtime/studies/trainers-browser';
import { holdRun, IndexedDbSetStore, IndexedDbStudyStore } from '../src/storage';

/** The folder that the page was served from is the worker's name: its own address lies deeper. */
const root = self.name;

const runner: StudyRunnerApi = new StudyRunner({
  store: new IndexedDbStudyStore(),
  library: new IndexedDbSetStore(),
  trainers: new WorkerTrainers(
    () =>
      new Worker(new URL('./study-trainer.ts', import.meta.url), { type: 'module', name: root }),
  ),
  environment: {
    createEngine: browserEngine,
    loadBase: (config) => browserBase(config, root),
    now: () => performance.now(),
  },
  hold: holdRun,
  origin: async ({ run }) => {
    const { engine, report } = await browserEngine(run.model, run.engine);
    engine.dispose();
    return { lab: version, engine: report.description, madeAt: Date.now() };
  },
  draw: (results) => figureTexts(drawnFigures(results)),
});

Comlink.expose(runner);
