/** Results that come from outside: their checksum, and whether they make sense. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readBundle } from '../../../src/studies/bundle/study-bundle';
import { parseResults, resultsText } from '../../../src/studies/parse-results';
import { exampleStudy } from '../figures/study-example';

const RESULTS = exampleStudy({ seeds: 2, sets: ['uniform'], paradigms: ['luffy'] });

type Path = readonly (string | number)[];

/** The results with another value at a place. */
function changed(path: Path, value: unknown, results: unknown = RESULTS): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const within = results as Readonly<Record<string | number, unknown>>;
  const part = changed(rest, value, within[name]);
  if (Array.isArray(results)) return results.map((one, i) => (i === name ? part : one));
  return { ...within, [name]: part };
}

describe('results in a file', () => {
  it('are the same when they are read again, laid out otherwise too', () => {
    const text = resultsText(RESULTS);
    const read = parseResults(JSON.parse(text));
    const laidOut = JSON.stringify(JSON.parse(text), null, 2);
    const again = parseResults(JSON.parse(laidOut));
    for (const { cells } of [read, again]) {
      expect(JSON.stringify(cells.map(({ cell }) => cell.final))).toBe(
        JSON.stringify(RESULTS.cells.map(({ cell }) => cell.final)),
      );
    }
  });

  it('are refused where a value is not the one that was written', () => {
    const edited = resultsText(RESULTS).replace(/"seconds":\d+/, '"seconds":7');
    expect(() => parseResults(JSON.parse(edited))).toThrow(/checksum.*remove the entry/);
    const { checksum: _checksum, ...content } = JSON.parse(edited) as Record<string, unknown>;
    expect(parseResults(content).cells).toHaveLength(RESULTS.cells.length);
  });

  it('of the study that comes with the lab make sense', async () => {
    const bundle = await readFile('public/studies/scale-difficulty.zip');
    expect(readBundle(bundle).results.cells.length).toBeGreaterThan(100);
  });
});

describe('results are refused, with the value and the rule, where', () => {
  it('a job is there twice', () => {
    const [first] = RESULTS.cells;
    const twice = { ...RESULTS, cells: [...RESULTS.cells, first] };
    expect(() => parseResults(twice)).toThrow(/"uniform\/.*\/0" twice/);
    const missing = {
      id: first!.id,
      set: 'uniform',
      branch: first!.branch,
      seed: 0,
      status: 'skipped',
      reason: { because: 'by-hand' },
    };
    expect(() => parseResults({ ...RESULTS, missing: [missing] })).toThrow(/twice/);
  });

  it.each<[Path, number]>([
    [['cells', 0, 'cell', 'final', 'value'], 140],
    [['cells', 0, 'cell', 'curve', 1, 'performance'], -3],
    [['cells', 0, 'atBranch', 'score'], 100.5],
    [['trunks', 0, 'track', 0, 'performance'], 1e6],
  ])('a score is beyond 0 to 100: %j', (path, value) => {
    expect(() => parseResults(changed(path, value))).toThrow(/a score is from 0 to 100/);
  });

  it('compute falls or stands still', () => {
    const before = RESULTS.cells[0]!.cell.curve[1]!.compute;
    const results = changed(['cells', 0, 'cell', 'curve', 2, 'compute'], before);
    expect(() => parseResults(results)).toThrow(/RL compute of .* rises: it stood at/);
  });

  it('a cell says another seed than its name', () => {
    const results = changed(['cells', 0, 'cell', 'seed'], 7);
    expect(() => parseResults(results)).toThrow(/a seed of 7, and a seed is 0/);
  });

  it('a job is none of the study', () => {
    const results = changed(['cells', 0, 'id'], 'uniform/never/0');
    expect(() => parseResults(results)).toThrow(/"uniform\/never\/0".*another study/);
  });
});
