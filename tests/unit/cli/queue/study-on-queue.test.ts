/** Drills: studies on queues whose workers, and whose own process, are killed in the middle. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResults } from '../../../../src/studies/parse-results';
import { SMALL_STUDY, timeless } from '../../runtime/small-study';
import { lab } from '../run-lab';
import { parseAddress } from '../../../../src/cli/queue/address';
import { connectQueue } from '../../../../src/cli/queue/connection';
import { freePort, SERVERS } from './servers';

/** A command of the lab in a process of its own, with what it has said so far. */
class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  said = '';

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, ['scripts/lab.mjs', ...args], { stdio: 'pipe' });
    this.ended = once(this.child, 'exit');
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (text: Buffer) => (this.said += text.toString()));
    }
  }

  /** Resolves when it has said something like it. */
  async says(what: RegExp): Promise<void> {
    while (!what.test(this.said)) {
      if (this.child.exitCode !== null) throw new Error(`It ended and had said: ${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** The jobs that it said this of, in order. */
  jobs(what: 'taken' | 'done'): string[] {
    return [...this.said.matchAll(new RegExp(`^(\\S+): ${what}`, 'gm'))].map(([, job]) => job!);
  }
}

let folder = '';
let file = '';
const started: Running[] = [];

function start(...args: string[]): Running {
  const running = new Running(...args);
  started.push(running);
  return running;
}

async function resultsIn(out: string) {
  const text = await readFile(path.join(folder, out, 'results.json'), 'utf8');
  return parseResults(JSON.parse(text));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lab-queue-'));
  file = path.join(folder, 'small.json');
  await writeFile(file, JSON.stringify(SMALL_STUDY));
  const local = await lab('study', file, '--out', path.join(folder, 'local'), '--workers', '1');
  expect(local.code, local.stderr).toBe(0);
}, 600_000);

afterAll(async () => {
  for (const running of started) await running.kill();
  await rm(folder, { recursive: true, force: true });
});

const worker = (address: string) => start('worker', '--queue', address, '--workers', '1');
const study = (out: string, address: string) =>
  start('study', file, '--out', path.join(folder, out), '--queue', address);

/** Two workers, one of which is killed with its first job in progress. */
async function oneKilled(address: string): Promise<{ victim: Running; survivor: Running }> {
  const [a, b] = [worker(address), worker(address)];
  await Promise.race([a.says(/: taken/), b.says(/: taken/)]);
  const [victim, survivor] = a.jobs('taken').length > 0 ? [a, b] : [b, a];
  await victim.kill();
  return { victim, survivor };
}

describe('a study on a queue', () => {
  it('ends as one on this machine, though its worker and it itself are killed in the middle', async () => {
    const address = `embedded:${await freePort()}`;
    const killed = study('queued', address);
    await killed.says(/Jobs are handed out/);
    const { victim, survivor } = await oneKilled(address);
    await killed.says(/\/1: finished/);
    await killed.kill();
    const again = study('queued', address);
    await again.ended;
    expect(again.child.exitCode, again.said).toBe(0);
    expect(timeless(await resultsIn('queued'))).toEqual(timeless(await resultsIn('local')));
    // What the killed worker had is done by the other, and what had arrived is not trained again.
    const done = survivor.jobs('done');
    expect(done).toContain(victim.jobs('taken')[0]);
    const before = [...killed.said.matchAll(/^(\S+): finished/gm)].map(([, job]) => job!);
    for (const job of before) expect(done.filter((each) => each === job)).toHaveLength(1);
    // Nothing is left of the queue in the study's folder.
    await expect(access(path.join(folder, 'queued', 'queue'))).rejects.toThrow('ENOENT');
  }, 600_000);
});

describe.each(SERVERS)('a study on $name', ({ name, start: startServer }) => {
  it('ends as one on this machine, though a worker is killed; refuses what is not its own', async () => {
    const server = await startServer();
    try {
      const { address } = server;
      const running = study(name, address);
      await running.says(/Jobs are handed out/);
      const { survivor } = await oneKilled(address);
      await running.ended;
      expect(running.child.exitCode, running.said).toBe(0);
      expect(timeless(await resultsIn(name))).toEqual(timeless(await resultsIn('local')));
      await survivor.kill();
      expect(running.said + survivor.said).not.toMatch(/a-password/);

      const connection = await connectQueue(parseAddress(address), { warns: () => undefined });
      const own = { title: 'Another', digest: '0' };
      const data = { lab: '0.0.1', study: own, id: 'a/1', files: folder, job: { text: '' } };
      await connection.queue.add('cell', data);
      const stranger = worker(address);
      await stranger.ended;
      expect(stranger.child.exitCode).toBe(1);
      expect(stranger.said).toMatch(/run by the lab 0\.0\.1, and this worker is \S+ \(/);
      // It is there for another worker.
      expect(await connection.queue.getJobCountByTypes('waiting', 'prioritized')).toBe(1);
      const refused = study(`${name}-2`, address);
      await refused.ended;
      expect(refused.child.exitCode).toBe(1);
      expect(refused.said).toMatch(/holds 1 job of another study.*"Another".*--clear/);
      await connection.close();
    } finally {
      await server.end();
    }
  }, 600_000);
});
