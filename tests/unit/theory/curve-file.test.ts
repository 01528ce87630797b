import { describe, expect, it } from 'vitest';
import {
  decodeText,
  fitCurveFile,
  readCurveFile,
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

function read(text: string, options: Partial<CurveFileOptions> = {}): CurveFile {
  return readCurveFile(text, { singleRun: 'log', ...options });
}

function fitted(file: CurveFile): string[] {
  const fits = [...fitCurveFile(file, { seed: 0, draws: 20 })];
  return fits.filter((fit) => fit.ceiling !== null).map((fit) => fit.run);
}

describe('a file of curves', () => {
  it('gives each run its points, and P_sft from the row with compute 0', () => {
    const { runs, problems, notes } = read(HEADER + rows('a') + rows('b'));
    expect(runs.map((run) => run.run)).toEqual(['a', 'b']);
    const [curve] = runs[0]!.curves;
    expect(curve!.pSft).toEqual({ value: 50, standardError: null });
    expect(curve!.points).toHaveLength(5);
    expect(curve!.points[0]).toMatchObject({ compute: 1, performance: 55 });
    expect([problems, notes]).toEqual([[], []]);
  });

  it('may mix its runs, its columns and its order', () => {
    const plain = read(HEADER + rows('a') + rows('b'));
    const lines = (rows('a') + rows('b')).trim().split('\n').reverse();
    const turned = lines.map((line) => line.split(',').reverse().join(','));
    const mixed = read(`performance,compute,run\n${turned.join('\n')}`);
    expect(mixed.runs.map((run) => run.run).sort()).toEqual(['a', 'b']);
    const ceiling = (file: CurveFile): unknown =>
      [...fitCurveFile(file, { seed: 0, draws: 20 })].find((fit) => fit.run === 'a')!.ceiling;
    expect(ceiling(mixed)).toEqual(ceiling(plain));
  });

  it('keeps seeds apart and knows the noise from the number of problems', () => {
    const text = GOOD.flatMap(([compute, performance]) =>
      [1, 2].map((seed) => `a,${compute},${performance + seed},${seed},400`),
    );
    const file = read(`run,compute,performance,seed,n_problems\n${text.join('\n')}`);
    const { curves } = file.runs[0]!;
    expect(curves).toHaveLength(2);
    expect(curves[1]!.pSft.value).toBe(52);
    // √(.52 · .48 / 400) = 2.498 points.
    expect(curves[1]!.pSft.standardError).toBeCloseTo(2.498, 3);
    expect(curves[1]!.points[0]!.nProblems).toBe(400);
  });

  it('takes mapped column names, one run without a run column, and shares', () => {
    const text = `total_flops,eval/acc,loss\n${GOOD.map(([c, p]) => `${c},${p / 100},1`).join('\n')}`;
    const columns = { compute: 'total_flops', performance: 'eval/acc' };
    const file = read(text, { columns, fractions: true });
    expect(file.runs[0]!.run).toBe('log');
    expect(file.runs[0]!.curves[0]!.points[0]!.performance).toBeCloseTo(55, 10);
    expect(read(text, { columns }).notes[0]).toMatch(/--fractions/);
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
  ])('may have %s', (_, text) => {
    const file = read(text);
    expect(file.runs).toHaveLength(1);
    expect(file.runs[0]).toMatchObject({ run: 'a', problems: [] });
    expect(file.runs[0]!.curves[0]!.points.at(-1)).toMatchObject({
      compute: 5,
      performance: 61.5,
    });
  });

  it('may have names with commas, quotes and line ends, and still counts lines', () => {
    const name = '"a, ""b""\nc"';
    const file = read(HEADER + rows(name) + 'x,1,bad\n');
    expect(file.runs[0]!.run).toBe('a, "b"\nc');
    // Header, six rows of two lines each.
    expect(file.runs[1]!.problems[0]).toMatch(/^Row 14, column "performance" is "bad"/);
  });

  it('may be JSONL, whose rows without an evaluation are passed over and counted', () => {
    const lines = GOOD.flatMap(([compute, performance]) => [
      JSON.stringify({ run: 'a', compute, performance, extra: { deep: [1] } }),
      JSON.stringify({ run: 'a', loss: 0.3 }),
    ]);
    const file = read(lines.join('\n'));
    expect(file.runs[0]!.problems).toEqual([]);
    expect(fitted(file)).toEqual(['a']);
    expect(file.notes).toEqual(['6 rows hold no performance and were passed over.']);
  });
});

describe('a bad row', () => {
  it.each([
    ['NaN', 'a,6,NaN', /Row 14, column "performance" is "NaN"; it must be a percentage/],
    ['a blank', 'a,6,', /Row 14, column "performance" is empty/],
    ['a word', 'a,six,61', /Row 14, column "compute" is "six"/],
    ['negative compute', 'a,-6,61', /Row 14, column "compute" is "-6"; it must be a number from 0/],
    ['more than 100', 'a,6,100.1', /Row 14, column "performance" is "100.1"/],
    ['less than 0', 'a,6,-1', /Row 14, column "performance" is "-1"/],
    ['infinite compute', 'a,1e999,61', /Row 14, column "compute" is "1e999"/],
    ['a missing cell', 'a,6', /Row 14, column "performance" is empty/],
    ['a duplicate', 'a,3.0,61', /Row 14, column "compute": Run "a" has compute 3 already in row 5/],
    [
      'a second P_sft',
      'a,0,51',
      /Row 14, column "compute": Run "a" has compute 0 already in row 2/,
    ],
  ])('with %s is named by row and column, and other runs are fitted', (_, row, message) => {
    const file = read(`${HEADER}${rows('a')}${rows('good')}${row}\n`);
    const bad = file.runs.find((run) => run.run === 'a')!;
    expect(bad.problems).toHaveLength(1);
    expect(bad.problems[0]).toMatch(message);
    expect(fitted(file)).toEqual(['good']);
  });

  it('with too many cells, or that is no JSON, belongs to no run', () => {
    const file = read(`${HEADER}${rows('a')}a,1,2,3\n`);
    expect(file.problems).toEqual(['Row 8 has 4 cells; the header has 3.']);
    const lines = GOOD.map(([compute, performance]) => JSON.stringify({ compute, performance }));
    const jsonl = read([...lines, '{"compute": 1', '7'].join('\n'));
    expect(jsonl.problems).toEqual(['Row 7 is not valid JSON.', 'Row 8 is not a JSON object.']);
    expect(fitted(jsonl)).toEqual(['log']);
  });

  it('of Python’s JSON, with a bare NaN, is named with its column', () => {
    const file = read('{"run": "a", "compute": 0, "performance": NaN}');
    expect(file.runs[0]!.problems[0]).toMatch(/Row 1, column "performance" is "NaN"/);
  });

  it('without a run name is named', () => {
    const file = read(`${HEADER}${rows('a')},1,2\n`);
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
  ])('has %s, said with its rows', (_, text, message) => {
    const file = read(HEADER + text + rows('good'));
    expect(file.runs[0]!.problems[0]).toMatch(message);
    expect(fitted(file)).toEqual(['good']);
  });
});

describe('what is no table of curves', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each([
    ['nothing', '', /empty/],
    ['blank', ' \n\n', /empty/],
    ['a header alone', HEADER, /header and no row/],
    ['without a needed column', 'run,flops,performance\na,1,2', /no column "compute".*run, flops/],
    ['of two like columns', 'run,compute,compute\na,1,2', /"compute" twice/],
    ['an open quote', `${HEADER}"a,1,2\n`, /Row 2 opens a quote/],
    ['a JSON array', '[{"run": 1}]', /JSON array; write JSONL/],
    ['broken JSON alone', '{"run": ', /Row 1 is not valid JSON/],
  ])('is refused: %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('is a column that was mapped and is missing', () => {
    const columns = { seed: 'trial' };
    expect(() => read(HEADER + rows('a'), { columns })).toThrow(/no column "trial" for seed/);
  });

  it('is no text', () => {
    expect(() => decodeText(Uint8Array.of())).toThrow(/empty/);
    expect(() => decodeText(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff))).toThrow(/not UTF-8/);
    expect(() => decodeText(bytes('run,com\0pute'))).toThrow(/binary: .* character 8/);
    expect(decodeText(bytes(HEADER))).toBe(HEADER);
  });
});
