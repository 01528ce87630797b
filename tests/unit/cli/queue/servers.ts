/** Servers of queues for tests, each with a password of its own and its data in a folder that is removed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAddress } from '../../../../src/cli/queue/address';
import { connectQueue } from '../../../../src/cli/queue/connection';

export interface TestServer {
  readonly address: string;
  end(): Promise<void>;
}

const PASSWORD = 'a-password';
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function postgresFolder(): string | null {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  const folders = versions.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'));
  return folders.find((folder) => existsSync(path.join(folder, 'initdb'))) ?? null;
}

/** Starts a program and waits until its queue answers. */
async function served(
  program: string,
  args: string[],
  { address, data, as = {} }: { address: string; data: string; as?: object },
): Promise<TestServer> {
  const child = spawn(program, args, { stdio: 'ignore', ...as });
  const ended = once(child, 'exit');
  const waits = (): void => undefined;
  const connection = await connectQueue(parseAddress(address), { waits, warns: waits });
  await connection.close();
  return {
    address,
    async end() {
      child.kill('SIGKILL');
      await ended;
      // Processes of PostgreSQL's that outlive it for a moment still write.
      await sleep(200);
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startRedis(): Promise<TestServer> {
  const data = await mkdtemp(path.join(tmpdir(), 'lab-redis-'));
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', requirepass: PASSWORD, appendonly: 'yes', dir: data };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return served('redis-server', args, {
    address: `redis://:${PASSWORD}@127.0.0.1:${port}/1`,
    data,
  });
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
async function startPostgres(): Promise<TestServer> {
  const data = await mkdtemp(path.join(tmpdir(), 'lab-postgres-'));
  const folder = postgresFolder()!;
  const port = await freePort();
  const idOf = (flag: string): number => Number(spawnSync('id', [flag, 'postgres']).stdout);
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  await writeFile(path.join(data, 'password'), PASSWORD);
  if (isRoot) await chown(data, idOf('-u'), idOf('-g'));
  const cluster = path.join(data, 'cluster');
  const made = spawnSync(
    path.join(folder, 'initdb'),
    ['-D', cluster, '-U', 'lab', '-A', 'scram-sha-256', `--pwfile=${data}/password`, '--no-sync'],
    { ...as, cwd: data, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const args = ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-F'];
  const address = `postgres://lab:${PASSWORD}@127.0.0.1:${port}/postgres`;
  return served(path.join(folder, 'postgres'), args, { address, data, as: { ...as, cwd: data } });
}

const REDIS = { name: 'Redis', start: startRedis };
const POSTGRES = { name: 'PostgreSQL', start: startPostgres };

/** Those that are installed; with CI=true, all: one that is missing then fails its test. */
export const SERVERS = [REDIS, POSTGRES].filter(
  (server) =>
    Boolean(process.env.CI) ||
    (server === REDIS
      ? spawnSync('redis-server', ['--version']).status === 0
      : postgresFolder() !== null),
);
