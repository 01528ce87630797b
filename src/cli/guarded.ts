/**
 * A command that decodes files from elsewhere, in a thread of its own: a file may be such that a decoder
 * never ends, and then the thread is ended. It writes and ends as the command by itself would.
 */
import { LabError } from '../errors';
import { allowSilence, neverSilent } from '../runtime/workers/pulse';
import { answerPulse, openThread } from '../runtime/workers/thread-node';

/** In the thread: answers whoever asks for signs of life, while files are read. */
export function beGuarded(): void {
  answerPulse();
  neverSilent();
}

/** In the thread: nothing from elsewhere is decoded from now on; what is computed may take its time. */
export function allIsRead(): void {
  allowSilence(Infinity);
}

/**
 * Runs `args` in a thread of the script, and takes over its exit code.
 * @throws LabError `file/endless` where it gives no sign of life, `file/undone` where it breaks down
 */
export async function guarded(script: URL, args: readonly string[]): Promise<void> {
  const code = await new Promise<number>((resolve, reject) => {
    const { ended } = openThread(script, { argv: [...args] }, (seconds) =>
      reject(new LabError('file/endless', { seconds })),
    );
    ended.then(resolve, ({ message }: Error) =>
      reject(new LabError('file/undone', { reason: message })),
    );
  });
  if (code !== 0) process.exitCode = code;
}
