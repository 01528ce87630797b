/**
 * Entry point of the embedded queue's process: PGlite, a PostgreSQL in WebAssembly, behind a socket that
 * only this machine reaches. It ends with the process that started it, and what was acknowledged by then is kept.
 */
import { createServer } from 'node:net';
import { mkdir, rm } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { messageOf } from '../../errors';
import { inFolder } from '../folder-lock';

/** Three of each worker's process, and the study's own. */
const MOST_CONNECTIONS = 1000;
const HOST = '127.0.0.1';

/** Opens what an earlier process kept; what cannot be opened is begun anew: the study sends it again. */
async function openDatabase(folder: string): Promise<PGlite> {
  await mkdir(folder, { recursive: true });
  try {
    return await PGlite.create(folder);
  } catch {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return PGlite.create(folder);
  }
}

/** Fails where the port is taken: before the database is opened, which takes seconds. */
function tryPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(port, HOST, () => probe.close(() => resolve()));
  });
}

async function serve(folder: string, port: number): Promise<void> {
  await tryPort(port);
  const db = await openDatabase(folder);
  const server = new PGLiteSocketServer({ db, port, host: HOST, maxConnections: MOST_CONNECTIONS });
  await server.start();
  process.send?.({ ready: true });
  // The folder stays this process's own until it is gone.
  await new Promise(() => undefined);
}

const [folder = '', port = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
// Whoever stops the study from a keyboard stops it first, and it ends this.
process.on('SIGINT', () => undefined);
// Two processes on one database would destroy it.
inFolder(folder, { work: () => serve(folder, Number(port)), waits: () => undefined }).catch(
  (error: unknown) => {
    const { code = null } = error as { code?: string | null };
    process.send?.({ ready: false, code, reason: messageOf(error) }, () => process.exit(1));
  },
);
