/** Starts a worker of the page in a role of its own. */
import { connect, type Connection } from '../runtime/workers/connect';
import type { WorkerRole } from '../runtime/workers/roles';

export function openWorker<Role extends WorkerRole>(role: Role): Connection<Role> {
  const worker = new Worker(new URL('../../workers/worker.ts', import.meta.url), {
    type: 'module',
    name: role,
  });
  return connect(worker, role, new URL('.', location.href).href);
}
