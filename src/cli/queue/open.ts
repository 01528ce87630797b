/** Opens a queue for a study: its server where it is embedded, and the line of its jobs. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { StudyTrainers } from '../../runtime/studies/api';
import type { StudyConfig } from '../../studies/study-config';
import { QUEUE_WORDS } from '../../words/en/queue';
import type { QueueAddress } from './address';
import { connectQueue, type QueueConnection } from './connection';
import { startEmbedded } from './embedded';
import { SharedFiles } from './files';
import { JobLine, studyDigest } from './job-line';
import { labVersion } from './messages';
import { QueueError } from './queue-error';
import { QueueTrainers } from './queue-trainers';

/** What a study is told about its queue. */
export interface QueueWish {
  readonly address: QueueAddress;
  /** The folder that all machines share; null for one in the study's own. */
  readonly files: string | null;
  /** Whether another study's jobs are thrown away. */
  readonly clears: boolean;
}

export interface StudyQueue {
  readonly trainers: StudyTrainers;
  /** Jobs that are being trained. */
  readonly active: () => number;
  /** @param isOver whether nothing of the study is left for the queue */
  close(end: { readonly isOver: boolean }): Promise<void>;
}

interface OpenOptions extends QueueWish {
  readonly study: StudyConfig;
  readonly out: string;
  readonly warns: (sentence: string) => void;
}

/** @throws QueueError where it cannot be used */
export async function openQueue(options: OpenOptions): Promise<StudyQueue> {
  const { address, files, study, out, warns } = options;
  const place = path.resolve(out, 'queue');
  const shared = path.resolve(files ?? path.join(place, 'files'));
  const endServer =
    address.kind === 'embedded'
      ? await startEmbedded(path.join(place, 'database'), address.port)
      : null;
  try {
    const connection = await connectQueue(address, { warns });
    const queue = await produced(connection, options, shared);
    warns(QUEUE_WORDS.ready({ address: address.text, files: shared }));
    return {
      ...queue,
      async close(end) {
        await queue.close(end);
        await endServer?.();
        if (!end.isOver) return;
        await rm(path.join(shared, studyDigest(study)), { recursive: true, force: true });
        await rm(place, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await endServer?.();
    throw error;
  }
}

async function produced(
  connection: QueueConnection,
  { address, study, clears, warns }: OpenOptions,
  shared: string,
): Promise<StudyQueue> {
  const release = await connection.produce();
  try {
    if (!release) throw new QueueError(QUEUE_WORDS.twoProducers({ address: address.text }));
    const files = new SharedFiles(path.join(shared, studyDigest(study)));
    await files.open();
    const { queue } = connection;
    const lab = await labVersion();
    const line = await JobLine.open(
      { queue, files, root: shared, study, lab, warns, address: address.text },
      { clears },
    );
    return {
      trainers: new QueueTrainers(line),
      active: () => line.active,
      async close({ isOver }) {
        await line.close();
        if (isOver) await queue.obliterate({ force: true }).catch(() => undefined);
        await release();
        await connection.close();
      },
    };
  } catch (error) {
    await release?.();
    await connection.close();
    throw error;
  }
}
