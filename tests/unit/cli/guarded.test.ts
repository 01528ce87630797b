/** Commands in a thread that is watched, with scripts made for the test. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { guarded } from '../../../src/cli/guarded';

const folder = mkdtempSync(path.join(tmpdir(), 'lab-guarded-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.useRealTimers();
  process.exitCode = undefined;
});

function script(text: string): URL {
  const file = path.join(folder, 'script.mjs');
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const ANSWERS = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', () => parentPort.postMessage(3));
  parentPort.postMessage(3);
  parentPort.unref();
`;

describe('a guarded command', () => {
  it('is ended where it never comes to an end and gives no sign of life', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const ending = guarded(script(`${ANSWERS} for (;;);`), ['import', 'file']);
    const ended = expect(ending).rejects.toThrow(/no sign of life for \d seconds and was ended/);
    vi.advanceTimersByTime(10_000);
    await ended;
  });

  it('ends as its script does, with its arguments and its exit code', async () => {
    const said = `process.exitCode = process.argv[2] === 'import' ? 3 : 4;`;
    await guarded(script(`${ANSWERS} ${said}`), ['import']);
    expect(process.exitCode).toBe(3);
  });

  it('says so where an error gets past everything in it', async () => {
    const slip = `void Promise.reject(new Error('past the end')); setInterval(() => {}, 1000);`;
    await expect(guarded(script(`${ANSWERS} ${slip}`), ['import'])).rejects.toThrow(/past the end/);
  });
});

/** Shows, in any command of the terminal, in which thread it opens the file. */
const TELL_THREAD = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  import promises from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { stat } = promises;
  promises.stat = (file) => {
    const where = isMainThread ? 'the main thread' : 'a thread';
    if (String(file).endsWith('nothing.csv')) process.stderr.write('looked at in ' + where);
    return stat(file);
  };
  syncBuiltinESMExports();
`)}`;

it.each(['import', 'fit', 'backtest'])('lab %s decodes its file in a guarded thread', (command) => {
  const file = path.join(folder, 'nothing.csv');
  writeFileSync(file, 'nothing');
  const { stderr } = spawnSync(process.execPath, ['scripts/lab.mjs', command, file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--import "${TELL_THREAD}"` },
  });
  expect(stderr).toContain('looked at in a thread');
  expect(stderr).not.toContain('the main thread');
});
