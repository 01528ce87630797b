/** The side of whoever starts a worker: gives it a role, and learns when it is lost. */
import { LabError } from '../../errors';
import { failureSentence } from '../../sentences';
import * as Comlink from '../remote';
import { Pulse } from './pulse';
import type { Appointment, PulseQuestion, Reply, WorkerApis, WorkerRole } from './roles';

export interface Connection<Role extends WorkerRole> {
  /** Usable at once: what is asked before the worker has loaded waits for it. */
  readonly api: Comlink.Remote<WorkerApis[Role]>;
  /** Resolves once the worker has loaded; rejects like {@link lost} where it cannot be. */
  readonly ready: Promise<void>;
  /**
   * Rejects with a sentence for people once the worker cannot be loaded, fails or gives no sign of life.
   * Calls that it owes an answer would wait for ever: race them with it.
   */
  readonly lost: Promise<never>;
  /** Ends the worker in the middle of whatever it does. */
  readonly end: () => void;
}

/** Gives a worker that has just been started its role. */
export function connect<Role extends WorkerRole>(
  worker: Worker,
  role: Role,
  root: string,
): Connection<Role> {
  const { port1, port2 } = new MessageChannel();
  let pulse: Pulse | null = null;
  const end = (): void => {
    pulse?.end();
    worker.terminate();
  };
  let setReady: () => void;
  const loaded = new Promise<void>((resolve) => (setReady = resolve));
  const lost = new Promise<never>((_, reject) => {
    const lose = (error: LabError): void => {
      // A worker in a loop would go on at full load.
      end();
      reject(error);
    };
    const fail = (reason: string): void => lose(new LabError('worker/lost', { role, reason }));
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      if (data.type === 'alive') pulse?.heard(data.silence);
      else if (data.type === 'failed') fail(failureSentence(data.why));
      else {
        pulse = new Pulse({
          ask: () => worker.postMessage({ type: 'pulse' } satisfies PulseQuestion),
          lost: (seconds) => lose(new LabError('worker/silent', { role, seconds })),
        });
        setReady();
      }
    });
    worker.addEventListener('error', ({ message }) => fail(message));
  });
  // Where nothing waits for an answer, nothing is lost.
  lost.catch(() => undefined);
  const appointment: Appointment = { role, root, port: port2 };
  worker.postMessage(appointment, [port2]);
  return {
    api: Comlink.wrap<WorkerApis[Role]>(port1),
    ready: Promise.race([loaded, lost]),
    lost,
    end,
  };
}
