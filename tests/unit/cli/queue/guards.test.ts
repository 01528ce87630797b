/** What is refused before a job is sent, and what is told. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { parseAddress } from '../../../../src/cli/queue/address';
import { checkRedis, connectQueue } from '../../../../src/cli/queue/connection';
import { SharedFiles } from '../../../../src/cli/queue/files';
import { studyDigest } from '../../../../src/cli/queue/job-line';
import { workerCommand } from '../../../../src/cli/worker-command';
import { SMALL_STUDY } from '../../runtime/small-study';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lab-queue-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function info(values: Readonly<Record<string, string>>): string {
  const usual = { redis_version: '7.0.15', maxmemory_policy: 'noeviction', aof_enabled: '1' };
  return Object.entries({ ...usual, ...values })
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');
}

describe('a Redis', () => {
  it('is refused where it throws jobs away or is too old, and warned of where it forgets', () => {
    const warns = vi.fn();
    checkRedis(info({}), warns);
    expect(warns).not.toHaveBeenCalled();
    checkRedis(info({ aof_enabled: '0' }), warns);
    expect(warns).toHaveBeenCalledWith(expect.stringMatching(/keeps no append-only file/));
    const evicting = info({ maxmemory_policy: 'allkeys-lru' });
    expect(() => checkRedis(evicting, warns)).toThrow(/"allkeys-lru".*Set it to noeviction/);
    const old = info({ redis_version: '4.0.9' });
    expect(() => checkRedis(old, warns)).toThrow(/Redis 4\.0\.9; it must be 5 or newer/);
  });
});

describe('a queue that does not answer', () => {
  it.each(['redis://me:secret@127.0.0.1:1', 'postgres://me:secret@127.0.0.1:1/lab', 'embedded:1'])(
    'is an error for a study, without the password: %s',
    async (address) => {
      const failure = connectQueue(parseAddress(address), { warns: () => undefined });
      await expect(failure).rejects.toThrow(/cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1/);
      await expect(failure).rejects.not.toThrow(/secret/);
    },
  );
});

describe('the files of a queue', () => {
  it('are read only as what was kept under their name', async () => {
    const files = new SharedFiles(folder);
    const value = { weights: new Float32Array([1, 2]) };
    const schema = v.object({ weights: v.instance(Float32Array) });
    const name = await files.keep(value);
    expect(await files.read(name, schema)).toEqual(value);
    expect(await files.read(name, v.object({ other: v.string() }))).toBeNull();
    await writeFile(files.pathOf(name), 'damaged');
    expect(await files.read(name, schema)).toBeNull();
    await files.keep(value);
    expect(await files.read(name, schema)).toEqual(value);
    await files.remove([name]);
    expect(await files.read(name, schema)).toBeNull();
  });

  it('carry what is more than 16 kB, of which the queue has the name alone', async () => {
    const files = new SharedFiles(folder);
    for (const length of [10, 15_000, 17_000, 1_000_000]) {
      const text = '\u0000'.repeat(length / 10);
      const sent = await files.send({ text });
      expect(JSON.stringify(sent).length).toBeLessThan(50_000);
      expect(await files.receive(sent, v.object({ text: v.string() }))).toEqual({ text });
    }
  });

  it('need a folder that can be written to', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const files = new SharedFiles(path.join(file, 'files'));
    await expect(files.open()).rejects.toThrow(/cannot be written to \(.*Choose another with/);
  });
});

describe('a study', () => {
  it('is the same with other seeds, and another with other settings', () => {
    const digest = studyDigest(SMALL_STUDY);
    expect(studyDigest({ ...SMALL_STUDY, seeds: [5, 6] })).toBe(digest);
    expect(studyDigest({ ...SMALL_STUDY, paradigms: [] })).not.toBe(digest);
  });
});

describe('lab worker', () => {
  it.each([
    [['--queue', 'somewhere'], /--queue is "somewhere"/],
    [['--engine', 'fast'], /--engine is "fast"; choose one of: .*wasm/],
    [['--workers', '0'], /--workers is "0"/],
    [['--idle', '-1'], /--idle is "-1"|ambiguous/],
  ])('refuses %j with a sentence', async (args, message) => {
    await expect(workerCommand(args)).rejects.toThrow(message);
  });
});
