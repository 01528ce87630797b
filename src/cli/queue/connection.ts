/** Connections to a queue: BullMQ on Redis or on a PostgreSQL, with the guards that each needs. */
import type { Processor, Queue, Worker, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Pool, PoolClient } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors';
import { QUEUE_WORDS } from '../../words/en/queue';
import type { QueueAddress } from './address';
import { QUEUE_NAME } from './messages';
import { QueueError } from './queue-error';

/** A job whose worker gives no sign of life for so long is given to another. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;
/** How often a job may lose its worker before the study hears of it. */
const MOST_STALLS = 2;
const MOST_CLOCK_SECONDS = 5;
/** A producer that was killed still holds its place on a Redis for this long. */
const PRODUCER_MS = 20_000;
const TRY_AGAIN_MS = 1000;

type Take = (job: TakenJob, token: string) => Promise<unknown>;
export type TakenJob = Parameters<Processor<unknown, unknown>>[0];

export interface QueueConnection {
  readonly queue: Queue;
  /** Takes jobs, so many at a time. */
  worker(take: Take, concurrency: number): Worker;
  /** Makes this the only producer; null where there is another one, else what ends that. */
  produce(): Promise<(() => Promise<void>) | null>;
  close(): Promise<void>;
}

/** What differs between the servers. */
interface Server {
  /** Of every object of BullMQ's, each with its own. */
  readonly connection: object;
  readonly isPostgres: boolean;
  produce(): Promise<(() => Promise<void>) | null>;
  close(): Promise<void>;
}

/** Errors of a server that is not there, or not yet. */
const ABSENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];

function isAbsent(error: unknown): boolean {
  const { code } = error as { code?: string };
  // PostgreSQL says 57P03 while it starts.
  return code !== undefined && [...ABSENT, '57P03'].includes(code);
}

/** Such as "connect ECONNREFUSED 127.0.0.1:6379": of several addresses of a host, the first's. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}

/**
 * Connects to a queue.
 * @param waits called once where its server is not there yet and is waited for; without it, that is an error
 * @throws QueueError
 */
export async function connectQueue(
  address: QueueAddress,
  { waits, warns }: { waits?: (reason: string) => void; warns: (sentence: string) => void },
): Promise<QueueConnection> {
  for (let isTold = false; ;) {
    try {
      return await opened(address, warns);
    } catch (error) {
      if (error instanceof QueueError) throw error;
      const first = firstOf(error);
      const reason = messageOf(first);
      if (!waits || !isAbsent(first)) {
        throw new QueueError(QUEUE_WORDS.unreachable({ address: address.text, reason }));
      }
      if (!isTold) waits(reason);
      isTold = true;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

async function opened(
  address: QueueAddress,
  warns: (sentence: string) => void,
): Promise<QueueConnection> {
  const bull = await import('bullmq');
  const server =
    address.kind === 'redis' ? await redis(address.url, warns) : await postgres(address);
  const factory = server.isPostgres ? bull.createPostgresBackend : undefined;
  const common = { connection: server.connection };
  const queue = new bull.Queue(QUEUE_NAME, common, factory as never);
  // Without a listener it ends the process; a server that is gone is noticed by whoever asks it something.
  queue.on('error', () => undefined);
  await queue.waitUntilReady();
  return {
    queue,
    worker(take, concurrency) {
      const options: WorkerOptions = {
        ...common,
        concurrency,
        // PGlite's notices reach no other connection.
        drainDelay: 1,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: MOST_STALLS,
        runRetryDelay: TRY_AGAIN_MS,
      };
      const process = (job: TakenJob, token = ''): Promise<unknown> => take(job, token);
      const worker = new bull.Worker(QUEUE_NAME, process, options, factory as never);
      worker.on('error', () => undefined);
      return worker;
    },
    produce: () => server.produce(),
    async close() {
      await queue.close().catch(() => undefined);
      await server.close();
    },
  };
}

/** The embedded queue is one, without a password and with one session for all. */
async function postgres(address: Exclude<QueueAddress, { kind: 'redis' }>): Promise<Server> {
  const { default: pg } = await import('pg');
  const { runMigrations } = await import('bullmq');
  const isEmbedded = address.kind === 'embedded';
  const place = isEmbedded
    ? { host: '127.0.0.1', port: address.port, user: 'postgres', database: 'postgres' }
    : { connectionString: address.url };
  const pool = new pg.Pool({
    ...place,
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: 30_000,
    // PGlite does not honour a path that is sent at connecting.
    onConnect: (client) => client.query('SET search_path TO bullmq, public') as unknown as void,
  });
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    try {
      await checkPostgres(client);
      await runMigrations(client);
      await client.query('SET search_path TO bullmq, public');
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    connection: pool,
    isPostgres: true,
    // The embedded one is its producer's own.
    produce: () => (isEmbedded ? Promise.resolve(async () => undefined) : lockPostgres(pool)),
    close: () => pool.end(),
  };
}

async function checkPostgres(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string; time: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version,
            extract(epoch FROM clock_timestamp()) AS time`,
  );
  const [{ number, version, time }] = rows as [(typeof rows)[number]];
  if (Number(number) < 130_000) {
    throw new QueueError(QUEUE_WORDS.oldServer({ server: 'PostgreSQL', version, least: '13' }));
  }
  // A lock ends by the clock of whoever looks at it.
  const seconds = Math.round(Math.abs(Date.now() / 1000 - Number(time)));
  if (seconds > MOST_CLOCK_SECONDS) throw new QueueError(QUEUE_WORDS.clock({ seconds }));
}

/** A lock of its connection's session: PostgreSQL ends it with the process, however that ends. */
async function lockPostgres(pool: Pool): Promise<(() => Promise<void>) | null> {
  const client = await pool.connect();
  const { rows } = await client.query<{ got: boolean }>(
    `SELECT pg_try_advisory_lock(hashtext($1)) AS got`,
    [`${QUEUE_NAME} producer`],
  );
  if (rows[0]?.got) return async () => client.release(true);
  client.release();
  return null;
}

async function redis(url: string, warns: (sentence: string) => void): Promise<Server> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  // The reason of a failed connection is an event; the call itself says that it was closed.
  let failure: Error | null = null;
  client.on('error', (error: Error) => (failure = error));
  try {
    await client.connect();
    checkRedis(await client.info(), warns);
  } catch (error) {
    throw failure ?? error;
  } finally {
    client.disconnect();
  }
  const lasting = new Redis(url, { maxRetriesPerRequest: null });
  lasting.on('error', () => undefined);
  return {
    connection: lasting,
    isPostgres: false,
    produce: () => lockRedis(lasting),
    async close() {
      lasting.disconnect();
    },
  };
}

/** @param info what INFO says: lines of `name:value` */
export function checkRedis(info: string, warns: (sentence: string) => void): void {
  const value = (name: string): string =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = value('redis_version');
  if (Number.parseInt(version, 10) < 5) {
    throw new QueueError(QUEUE_WORDS.oldServer({ server: 'Redis', version, least: '5' }));
  }
  const policy = value('maxmemory_policy');
  if (policy !== 'noeviction') throw new QueueError(QUEUE_WORDS.evicts({ policy }));
  if (value('aof_enabled') !== '1') warns(QUEUE_WORDS.forgets());
}

/** A key that ends by itself soon after its producer does. */
async function lockRedis(client: Redis): Promise<(() => Promise<void>) | null> {
  const key = `${QUEUE_NAME}:producer`;
  const own = `${process.pid}-${Date.now()}`;
  const until = Date.now() + PRODUCER_MS + STALLED_CHECK_MS;
  while ((await client.set(key, own, 'PX', PRODUCER_MS, 'NX')) !== 'OK') {
    if (Date.now() > until) return null;
    await sleep(TRY_AGAIN_MS);
  }
  const renewal = setInterval(() => {
    client.set(key, own, 'PX', PRODUCER_MS).catch(() => undefined);
  }, PRODUCER_MS / 4);
  return async () => {
    clearInterval(renewal);
    await client.del(key).catch(() => undefined);
  };
}
