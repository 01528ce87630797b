/** `lab worker --queue ADDRESS`: trains jobs of studies that were started with `lab study --queue`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ENGINE_NAMES } from '../engine/engine';
import { QUEUE_WORDS } from '../words/en/queue';
import { parseAddress } from './queue/address';
import { defaultWorkers } from './run-study';
import { integerOption, textOptions, UsageError } from './usage';

export async function workerCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: textOptions('queue', 'workers', 'engine', 'files', 'idle'),
  });
  const address = parseAddress(values.queue ?? 'embedded');
  const engine = ENGINE_NAMES.find((name) => name === values.engine) ?? null;
  if (values.engine !== undefined && engine === null) {
    throw new UsageError(
      `--engine is "${values.engine}"; choose one of: ${ENGINE_NAMES.join(', ')}.`,
    );
  }
  const { workers: count, idle } = values;
  const workers = count === undefined ? defaultWorkers() : integerOption('workers', count, 1);
  const seconds = idle === undefined ? null : integerOption('idle', idle, 1);
  const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
  const [{ connectQueue }, { labVersion }, { QueueWorker }] = await Promise.all([
    import('./queue/connection'),
    import('./queue/messages'),
    import('./queue/queue-worker'),
  ]);
  const { text } = address;
  const waits = (reason: string): void => say(QUEUE_WORDS.waitsForQueue({ address: text, reason }));
  const connection = await connectQueue(address, { waits, warns: say });
  const folder = values.files === undefined ? null : path.resolve(values.files);
  const lab = await labVersion();
  const worker = new QueueWorker({ connection, workers, lab, folder, engine, idle: seconds, say });
  say(QUEUE_WORDS.serves({ workers, address: text }));
  const stop = (): void => {
    say(QUEUE_WORDS.handsBack());
    void worker.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const because = await worker.ended;
  await connection.close();
  if (because) throw because;
  // A connection that is being tried again would keep the process.
  process.exit();
}
