/** One worker of a study: owns an engine and trains one job at a time. */
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import { serveTrainer, type FromTrainer, type ToTrainer } from '../src/runtime/studies/channel';
import { LocalStudyTrainer } from '../src/runtime/studies/study-trainer';

/** The folder that the page was served from is the worker's name: its own address lies deeper. */
const root = self.name;

const trainer = new LocalStudyTrainer({
  createEngine: browserEngine,
  loadBase: (config) => browserBase(config, root),
  now: () => performance.now(),
});

serveTrainer(trainer, {
  send: (message: FromTrainer) => self.postMessage(message),
  receive: (listener) => {
    self.onmessage = ({ data }: MessageEvent<ToTrainer>) => listener(data);
  },
});
