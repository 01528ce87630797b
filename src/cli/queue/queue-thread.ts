/** Entry point of a thread of `lab worker`: trains as one of `lab study`, on the base that came with the job. */
import '../../words/en/speak';
import { readFile } from 'node:fs/promises';
import { LabError } from '../../errors';
import { readBase, untrainedBase, type Base } from '../../runtime/engines/base';
import type { StudyJob } from '../../runtime/studies/api';
import { afterItsNews } from '../../runtime/studies/remote-trainer';
import { LocalStudyTrainer } from '../../runtime/studies/study-trainer';
import { NODE_ENVIRONMENT } from '../../runtime/studies/trainers-node';
import { serveThread } from '../../runtime/workers/thread-node';
import { UNTRAINED_BASE, type RunConfig } from '../../training/configuration/run-config';

/** A job with the path of its base. */
export interface JobWithBase extends StudyJob {
  /** null for an untrained one. */
  readonly base: string | null;
}

let file: string | null = null;

async function sentBase(config: RunConfig): Promise<Base> {
  if (config.base === UNTRAINED_BASE) return untrainedBase(config.model);
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  if (bytes) return readBase(bytes, config);
  throw new LabError('base/missing', { file: file ?? config.base, preset: config.preset });
}

const trainer = new LocalStudyTrainer({ ...NODE_ENVIRONMENT, loadBase: sentBase });

serveThread(
  afterItsNews({
    train(job: StudyJob, listener) {
      file = (job as JobWithBase).base;
      return trainer.train(job, listener);
    },
    stop: () => trainer.stop(),
  }),
);
