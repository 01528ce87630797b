/** The study that runs while people watch says something true, identified and telling. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findingRows } from '../../../src/studies/findings-table';
import { parseResults } from '../../../src/studies/parse-results';
import { isIdentified } from '../../../src/theory';
import { lab } from './run-lab';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'lab-talk-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('tells how high SFT, then RL leads, and by how much higher than RL alone', async () => {
  const { code, stderr } = await lab('study', 'talk', '--out', folder);
  expect(code, stderr).toBe(0);
  const read = (...names: string[]) => readFile(path.join(folder, ...names), 'utf8');
  const results = parseResults(JSON.parse(await read('results.json')));
  const branched = results.cells.filter(({ branch }) => branch !== null);
  expect(branched).toHaveLength(3);
  for (const { cell } of branched) expect(cell.ceiling && isIdentified(cell.ceiling)).toBe(true);
  expect(await read('figures', 'decomposition.svg')).toMatch(
    /RL from sft-700 on large has the highest ceiling, 9\d\.\d \[9\d\.\d, \d+\.\d\] percent: RL adds 2\d\.\d points to the 7\d\.\d of SFT\./,
  );
  expect(await read('figures', 'paradigms.svg')).toContain('their intervals do not overlap');
  const sequential = findingRows(results).find(({ claim }) => claim === 'sequential')!;
  expect(sequential.verdict).toBe('supported');
  expect(sequential.low).toBeGreaterThan(15);
}, 900_000);
