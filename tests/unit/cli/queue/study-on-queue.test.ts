/** Drill: a study on the embedded queue whose worker and whose own process are killed in the middle. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResults } from '../../../../src/studies/parse-results';
import { SMALL_STUDY, timeless } from '../../runtime/small-study';
import { lab } from '../run-lab';

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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

let folder = '';
let file = '';
let address = '';
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
  address = `embedded:${await freePort()}`;
  await writeFile(file, JSON.stringify(SMALL_STUDY));
});

afterAll(async () => {
  for (const running of started) await running.kill();
  await rm(folder, { recursive: true, force: true });
});

const worker = () => start('worker', '--queue', address, '--workers', '1');
const study = () => start('study', file, '--out', path.join(folder, 'queued'), '--queue', address);

describe('a study on a queue', () => {
  it('ends as one on this machine, though its worker and it itself are killed in the middle', async () => {
    const local = await lab('study', file, '--out', path.join(folder, 'local'), '--workers', '1');
    expect(local.code, local.stderr).toBe(0);
    const killed = study();
    await killed.says(/Jobs are handed out/);
    const [a, b] = [worker(), worker()];
    await Promise.race([a.says(/: taken/), b.says(/: taken/)]);
    const [victim, survivor] = a.jobs('taken').length > 0 ? [a, b] : [b, a];
    await victim.kill();
    await killed.says(/\/1: finished/);
    await killed.kill();
    const again = study();
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
