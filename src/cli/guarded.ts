/**
 * A command that decodes files from elsewhere, in a thread of its own: a file may be such that a decoder
 * never ends, and then the thread is ended. It writes and ends as the command by itself would.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { LabError } from '../errors';
import { allowedSilence, Pulse } from '../runtime/workers/pulse';

/** In the thread: answers whoever asks for signs of life. */
export function answerPulse(): void {
  const port = parentPort;
  port?.on('message', () => port.postMessage(allowedSilence()));
  // The thread ends with its work.
  port?.unref();
}

/**
 * Runs `args` in a thread of the script, and takes over its exit code.
 * @throws LabError `file/endless` where it gives no sign of life, `file/undone` where it breaks down
 */
export function guarded(script: URL, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(script, { argv: [...args] });
    const pulse = new Pulse({
      ask: () => thread.postMessage(null),
      lost(seconds) {
        void thread.terminate();
        reject(new LabError('file/endless', { seconds }));
      },
    });
    thread.on('message', (silence: number) => pulse.heard(silence));
    thread.on('error', ({ message }) => reject(new LabError('file/undone', { reason: message })));
    thread.on('exit', (code) => {
      pulse.end();
      // After a rejection it is without effect.
      resolve();
      if (code !== 0) process.exitCode = code;
    });
  });
}
