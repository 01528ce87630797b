/** Starts the embedded queue's process. */
import { fork } from 'node:child_process';
import path from 'node:path';
import * as v from 'valibot';
import { QUEUE_WORDS } from '../../words/en/queue';
import { QueueError } from './queue-error';

const answer = v.variant('ready', [
  v.object({ ready: v.literal(true) }),
  v.object({ ready: v.literal(false), code: v.nullable(v.string()), reason: v.string() }),
]);

/**
 * @param folder where the database lies
 * @returns what ends it
 */
export function startEmbedded(folder: string, port: number): Promise<() => Promise<void>> {
  const script = path.join(import.meta.dirname, 'queue-server.js');
  const child = fork(script, [folder, String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new QueueError(QUEUE_WORDS.noServer({ reason })));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
    child.once('message', (message) => {
      const said = v.parse(answer, message);
      if (said.ready) {
        resolve(async () => {
          if (child.connected) child.disconnect();
          await ended;
        });
      } else if (said.code === 'EADDRINUSE')
        reject(new QueueError(QUEUE_WORDS.portTaken({ port })));
      else fail(said.reason);
    });
  });
}
