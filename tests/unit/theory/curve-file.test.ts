import { describe, expect, it } from 'vitest';
import {
  fitCurveFile,
  readCurveFile,
  textOf,
  type CurveFile,
  type CurveFileOptions,
} from '../../../src/theory';

const HEADER = 'run,compute,performance\n';
const GOOD = [
  [0, 50],
  [1, 55],
  [2, 58],
  [3, 60],
  [4, 61],
  [5, 61.5],
] as const;

function rows(run: string, points: readonly (readonly [number, number])[] = GOOD): string {
  return points.map(([compute, performance]) => `${run},${compute},${performance}\n`).join('');
}

function read(text: string, options: Partial<CurveFileOptions> = {}): Promise<CurveFile> {
  return readCurveFile(text, { singleRun: 'log', ...options });
}

function fitted(file: CurveFile): string[] {
  const fits = [...fitCurveFile(file, { seed: 0, draws: 20 })];
  return fits.filter((fit) => fit.ceiling !== null).map((fit) => fit.run);
}

describe('a file of curves', () => {
  it('gives each run its points, and P_sft from the row with compute 0', async () => {
    const { runs, problems, notes } = await read(HEADER + rows('a') + rows('b'));
    expect(runs.map((run) => run.run)).toEqual(['a', 'b']);
    const [curve] = runs[0]!.curves;
    expect(curve!.pSft).toEqual({ value: 50, standardError: null });
    expect(curve!.points).toHaveLength(5);
    expect(curve!.points[0]).toMatchObject({ compute: 1, performance: 55 });
    expect([problems, notes]).toEqual([[], []]);
  });

  it('may mix its runs, its columns and its order', async () => {
    const plain = await read(HEADER + rows('a') + rows('b'));
    const lines = (rows('a') + rows('b')).trim().split('\n').reverse();
    const turned = lines.map((line) => line.split(',').reverse().join(','));
    const mixed = await read(`performance,compute,run\n${turned.join('\n')}`);
    expect(mixed.runs.map((run) => run.run).sort()).toEqual(['a', 'b']);
    const ceiling = (file: CurveFile): unknown =>
      [...fitCurveFile(file, { seed: 0, draws: 20 })].find((fit) => fit.run === 'a')!.ceiling;
    expect(ceiling(mixed)).toEqual(ceiling(plain));
  });

  it('keeps seeds apart and knows the noise from the number of problems', async () => {
    const text = GOOD.flatMap(([compute, performance]) =>
      [1, 2].map((seed) => `a,${compute},${performance + seed},${seed},400`),
    );
    const file = await read(`run,compute,performance,seed,n_problems\n${text.join('\n')}`);
    const { curves } = file.runs[0]!;
    expect(curves).toHaveLength(2);
    expect(curves[1]!.pSft.value).toBe(52);
    // √(.52 · .48 / 400) = 2.498 points.
    expect(curves[1]!.pSft.standardError).toBeCloseTo(2.498, 3);
    expect(curves[1]!.points[0]!.nProblems).toBe(400);
  });

  it('takes mapped column names, one run without a run column, and shares', async () => {
    const text = `total_flops,eval/acc,loss\n${GOOD.map(([c, p]) => `${c},${p / 100},1`).join('\n')}`;
    const columns = { compute: 'total_flops', performance: 'eval/acc' };
    const file = await read(text, { columns, fractions: true });
    expect(file.runs[0]!.run).toBe('log');
    expect(file.runs[0]!.curves[0]!.points[0]!.performance).toBeCloseTo(55, 10);
    expect((await read(text, { columns })).notes[0]).toMatch(/--fractions/);
  });

  it.each([
    [
      'Windows line ends and a byte order mark',
      `\uFEFF${(HEADER + rows('a')).replaceAll('\n', '\r\n')}`,
    ],
    ['semicolons', (HEADER + rows('a')).replaceAll(',', ';')],
    ['tabs', (HEADER + rows('a')).replaceAll(',', '\t')],
    ['blank lines and spaces', `\n${HEADER}\n${rows('a').replaceAll(',', ' , ')}\n\n`],
    ['quotes', HEADER + rows('"a"').replaceAll(/,(\d+)\n/g, ',"$1"\n')],
    ['signs and exponents', HEADER + rows('a').replace('a,5,', 'a,+5.0E0,')],
  ])('may have %s', async (_, text) => {
    const file = await read(text);
    expect(file.runs).toHaveLength(1);
    expect(file.runs[0]).toMatchObject({ run: 'a', problems: [] });
    expect(file.runs[0]!.curves[0]!.points.at(-1)).toMatchObject({
      compute: 5,
      performance: 61.5,
    });
  });

  it('may have names with commas, quotes and line ends, and still counts lines', async () => {
    const name = '"a, ""b""\nc"';
    const file = await read(HEADER + rows(name) + 'x,1,bad\n');
    expect(file.runs[0]!.run).toBe('a, "b"\nc');
    // Header, six rows of two lines each.
    expect(file.runs[1]!.problems[0]).toMatch(/^Row 14, column "performance" is "bad"/);
  });

  it('may be JSONL, whose rows without an evaluation are passed over and counted', async () => {
    const lines = GOOD.flatMap(([compute, performance]) => [
      JSON.stringify({ run: 'a', compute, performance, extra: { deep: [1] } }),
      JSON.stringify({ run: 'a', loss: 0.3 }),
    ]);
    const file = await read(lines.join('\n'));
    expect(file.runs[0]!.problems).toEqual([]);
    expect(fitted(file)).toEqual(['a']);
    expect(file.notes).toEqual(['6 rows hold no performance and were passed over.']);
  });
});

describe('a log that was resumed', () => {
  it('counts the later row of a compute, and says so', async () => {
    const file = await read(`${HEADER}${rows('a')}a,4,62\na,5.0,62.5\na,6,63\n`);
    const { curves, problems } = file.runs[0]!;
    expect(problems).toEqual([]);
    expect(curves[0]!.points.map(({ performance }) => performance)).toEqual([
      55, 58, 60, 62, 62.5, 63,
    ]);
    expect(file.notes).toEqual([
      'Run "a" has compute 4 to 5 twice, as a log that was resumed has; the later rows are taken. If they are several runs, add a seed column.',
    ]);
  });
});

describe('a bad row', () => {
  it.each([
    ['a word', 'a,six,61', /Row 14, column "compute" is "six"/],
    ['negative compute', 'a,-6,61', /Row 14, column "compute" is "-6"; it must be a number from 0/],
    ['more than 100', 'a,6,100.1', /Row 14, column "performance" is "100.1"/],
    ['less than 0', 'a,6,-1', /Row 14, column "performance" is "-1"/],
    ['infinite compute', 'a,1e999,61', /Row 14, column "compute" is "1e999"/],
    [
      'a second P_sft',
      'a,0,51',
      /Row 14, column "compute": Run "a" has compute 0 already in row 2/,
    ],
  ])('with %s is named by row and column, and other runs are fitted', async (_, row, message) => {
    const file = await read(`${HEADER}${rows('a')}${rows('good')}${row}\n`);
    const bad = file.runs.find((run) => run.run === 'a')!;
    expect(bad.problems).toHaveLength(1);
    expect(bad.problems[0]).toMatch(message);
    expect(fitted(file)).toEqual(['good']);
  });

  it('with too many cells, or that is not JSON, belongs to no run', async () => {
    const file = await read(`${HEADER}${rows('a')}a,1,2,3\n`);
    expect(file.problems).toEqual(['Row 8 has 4 cells; the header has 3.']);
    const lines = GOOD.map(([compute, performance]) => JSON.stringify({ compute, performance }));
    const jsonl = await read([...lines, '{"compute": 1', '7'].join('\n'));
    expect(jsonl.problems).toEqual(['Row 7 is not valid JSON.', 'Row 8 is not a JSON object.']);
    expect(fitted(jsonl)).toEqual(['log']);
  });

  it.each([
    ['NaN', 'a,6,NaN'],
    ['a blank', 'a,6,'],
    ['None', 'a,6,None'],
    ['a missing cell', 'a,6'],
  ])('without an evaluation, which is %s, is passed over and counted', async (_, row) => {
    const file = await read(`${HEADER}${rows('a')}${row}\n`);
    expect(file.runs[0]!.problems).toEqual([]);
    expect(file.runs[0]!.curves[0]!.points).toHaveLength(5);
    expect(file.notes).toEqual(['1 row holds no performance and was passed over.']);
  });

  it('of Python’s JSON, with a bare NaN, is passed over like a blank', async () => {
    const lines = GOOD.map(([compute, performance]) => JSON.stringify({ compute, performance }));
    const file = await read([...lines, '{"compute": 6, "performance": NaN}'].join('\n'));
    expect(file.runs[0]!.problems).toEqual([]);
    expect(file.notes).toEqual(['1 row holds no performance and was passed over.']);
  });

  it('without a run name is named', async () => {
    const file = await read(`${HEADER}${rows('a')},1,2\n`);
    expect(file.runs[1]!.problems[0]).toMatch(/Row 8, column "run" is empty/);
  });
});

describe('a run that cannot be fitted', () => {
  it.each([
    ['too few points', rows('a', GOOD.slice(0, 4)), /Run "a" \(rows 2 to 5\) has 3 evaluations/],
    [
      'no P_sft',
      rows('a', GOOD.slice(1)),
      /Run "a" \(rows 2 to 6\), column "compute": no row has 0/,
    ],
    [
      'a constant',
      rows(
        'a',
        GOOD.map(([compute]) => [compute, 50] as const),
      ),
      /Run "a" \(rows 2 to 7\), column "performance" is 50 in every row/,
    ],
  ])('has %s, said with its rows', async (_, text, message) => {
    const file = await read(HEADER + text + rows('good'));
    expect(file.runs[0]!.problems[0]).toMatch(message);
    expect(fitted(file)).toEqual(['good']);
  });
});

describe('what is not a table of curves', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each([
    ['nothing', '', /empty/],
    ['blank', ' \n\n', /empty/],
    ['a header alone', HEADER, /header and no row/],
    [
      'without a needed column',
      'run,flops,performance\na,1,2\na,2,3',
      /no column "compute".*run, flops/,
    ],
    ['of one row', `${HEADER}a,1,2`, /holds one evaluation \(CSV, 1 row\).*history/],
    ['of two like columns', 'run,compute,compute\na,1,2', /"compute" twice/],
    ['an open quote', `${HEADER}"a,1,2\n`, /Row 2 opens a quote/],
    ['JSON without rows', '[1, 2]', /Entry 1 is not a JSON object/],
    ['broken JSON alone', '{"run": ', /Row 1 is not valid JSON/],
  ])('is refused: %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('is a column that was mapped and is missing', async () => {
    const columns = { seed: 'trial' };
    await expect(read(HEADER + rows('a'), { columns })).rejects.toThrow(
      /no column "trial" for seed/,
    );
  });

  it('is not text, or text of another kind, which is named', async () => {
    await expect(textOf(Uint8Array.of())).rejects.toThrow(/empty/);
    await expect(textOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff))).rejects.toThrow(
      /The file is a PNG image\. The lab reads curves from CSV/,
    );
    await expect(textOf(Uint8Array.of(0x41, 0xff))).rejects.toThrow(/not UTF-8/);
    await expect(textOf(bytes('run,com\0pute'))).rejects.toThrow(/binary: .* character 8/);
    expect(await textOf(bytes(HEADER))).toBe(HEADER);
  });
});
