/** The workers of the page, each in a role of its own. */
import { appRoot } from './app-root';
import { connect, type Connection } from '../runtime/workers/connect';
import type { WorkerRole } from '../runtime/workers/roles';

/** Each ends a worker that was started. */
const ends: (() => void)[] = [];

export function openWorker<Role extends WorkerRole>(role: Role): Connection<Role> {
  const worker = new Worker(new URL('../../workers/worker.ts', import.meta.url), {
    type: 'module',
    name: role,
  });
  const connection = connect(worker, role, appRoot());
  ends.push(connection.end);
  return connection;
}

/** Ends all workers in the middle of whatever they do; the page is of no use afterwards. */
export function endWorkers(): void {
  for (const end of ends) end();
}
