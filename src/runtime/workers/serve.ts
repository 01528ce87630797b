/**
 * The shell of every worker: it loads the role that it is given and exposes that. Browsers drop
 * messages that arrive while a module waits at its top level, so the one handler is set before
 * anything is loaded; calls come through a port, which keeps them until somebody listens.
 */
import { failureOf, LabError } from '../../errors';
import * as Comlink from '../remote';
import { allowedSilence, onSilence } from './pulse';
import type { Appointment, PulseQuestion, Reply, RoleLoaders } from './roles';

/** The worker's own side of its line. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent<Appointment | PulseQuestion>) => void) | null;
  postMessage(reply: Reply): void;
}

/** Waits for the first message and becomes what it names. Call it in the entry, first of all. */
export function serve(roles: Partial<RoleLoaders>, scope: WorkerScope): void {
  const answer = (silence: number): void => scope.postMessage({ type: 'alive', silence });
  scope.onmessage = ({ data }) => {
    if ('type' in data) {
      answer(allowedSilence());
      return;
    }
    open(roles, data).then(
      () => {
        scope.postMessage({ type: 'ready' });
        answer(allowedSilence());
        onSilence(answer);
      },
      (error: unknown) =>
        scope.postMessage({
          type: 'failed',
          why: failureOf(error),
        }),
    );
  };
}

async function open(roles: Partial<RoleLoaders>, { role, port, root }: Appointment): Promise<void> {
  const load = roles[role];
  if (!load) throw new LabError('fault/no-role', { role });
  Comlink.expose((await load()).open({ root }), port);
}
