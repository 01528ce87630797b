/**
 * One terminal at a time works in a folder. Its mark is a socket that listens: the system ends it with its
 * process, however that ends, and whoever waits at it hears so at once.
 */
import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds before a socket is tried again that nobody listens at. */
const TRY_AGAIN_MS = 100;

/** Names the folder, by whatever path it is reached; on one machine. */
async function addressOf(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const name = `plasticity-lab-${dev}-${ino}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  // Linux has names that are not files, so that none is left behind.
  return process.platform === 'linux' ? `\0${name}` : path.join('/tmp', `${name}.sock`);
}

interface Mark {
  readonly server: Server;
  readonly waiting: ReadonlySet<Socket>;
}

/** Sets the mark; null where another process has. */
function mark(address: string): Promise<Mark | null> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
      socket.unref();
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => resolve({ server: server.unref(), waiting }));
  });
}

/** Resolves when whoever listens at the address is gone; false where nobody does. */
function gone(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    let wasThere = false;
    connect(address, () => (wasThere = true))
      .on('error', () => undefined)
      .on('close', () => resolve(wasThere))
      .resume();
  });
}

async function held(folder: string, waits: () => void): Promise<Mark> {
  const address = await addressOf(folder);
  for (let isTold = false; ; isTold = true) {
    const own = await mark(address);
    if (own) return own;
    if (!isTold) waits();
    if (await gone(address)) continue;
    // Where it is a file, a killed process leaves it.
    if (process.platform !== 'win32') await rm(address, { force: true }).catch(() => undefined);
    await sleep(TRY_AGAIN_MS);
  }
}

/**
 * Works in a folder when no other terminal does.
 * @param waits called once where another one has to end first
 */
export async function inFolder<T>(
  folder: string,
  { work, waits }: { readonly work: () => Promise<T>; readonly waits: () => void },
): Promise<T> {
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
  const { server, waiting } = await held(folder, waits);
  try {
    return await work();
  } finally {
    // Work that was refused leaves nothing behind; what is not empty stays.
    if (isNew) await rmdir(folder).catch(() => undefined);
    server.close();
    for (const socket of waiting) socket.destroy();
  }
}
