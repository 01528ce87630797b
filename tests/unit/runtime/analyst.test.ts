import { describe, expect, it } from 'vitest';
import type { FitSettings } from '../../../src/runtime/ceilings/api';
import { Analyst } from '../../../src/runtime/ceilings/analyst';
import { ceilingsAsJson } from '../../../src/runtime/ceilings/ceiling-records';
import { fitCurveFile, readCurveFile } from '../../../src/theory';
import { exampleCurves } from '../../../src/views/ceilings/example-curves';

const SETTINGS: FitSettings = {
  draws: 40,
  confidence: 0.9,
  widest: 10,
  latestMid: 0.8,
  chance: null,
  seed: 3,
};
const EXAMPLE = exampleCurves().text;

async function opened(content: BlobPart, analyst = new Analyst()) {
  const table = await analyst.open('s', new Blob([content]));
  const curves = await analyst.read('s', table.guess, 'log');
  return { analyst, table, curves };
}

describe('the analyst', () => {
  it('reads a file and fits it with the numbers of the terminal', async () => {
    const { analyst, table, curves } = await opened(EXAMPLE);
    expect(table.guess.isCertain).toBe(true);
    const fits = [];
    for (let run = 0; run < curves.runs.length; run++) {
      fits.push((await analyst.fit('s', run, SETTINGS))!);
    }
    const file = await readCurveFile(EXAMPLE, { singleRun: 'log' });
    expect(ceilingsAsJson(fits)).toBe(ceilingsAsJson([...fitCurveFile(file, SETTINGS)]));
  });

  it('hands over what a page draws: ordered, and thinned where there is too much', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${5000 - i},${60 - 10 * 0.999 ** i}`);
    const { curves } = await opened(['compute,performance', '0,50', ...rows].join('\n'));
    const [curve] = curves.runs[0]!.curves;
    expect(curve!.evaluations).toBe(5000);
    expect(curve!.compute.length).toBeLessThanOrEqual(402);
    expect([...curve!.compute]).toEqual([...curve!.compute].sort((a, b) => a - b));
    expect(curve!.compute.at(-1)).toBe(5000);
  });

  it('reads columns again as a person says, without the file', async () => {
    const text =
      'who,flops,acc\n' + [0, 1, 2, 3, 4].map((x) => `a,${x},${0.4 + x / 20}`).join('\n');
    const { analyst, table } = await opened(text);
    expect(table.preview[1]).toEqual(['a', '1', '0.45']);
    const columns = { compute: 'flops', performance: 'acc', run: 'who' };
    const curves = await analyst.read('s', { columns, fractions: true }, 'log');
    expect(curves.runs[0]).toMatchObject({ run: 'a', problems: [] });
    expect(curves.runs[0]!.curves[0]!.pSft.value).toBeCloseTo(40, 9);
  });

  it('gives up a fit of a million draws when it is cancelled, hears what is asked meanwhile, and fits again', async () => {
    const { analyst } = await opened(EXAMPLE);
    const fit = analyst.fit('s', 0, { ...SETTINGS, draws: 1_000_000 });
    await analyst.open('other', new Blob(['compute,performance\n0,1\n1,2']));
    await analyst.cancel();
    expect(await fit).toBeNull();
    expect((await analyst.fit('s', 0, SETTINGS))?.ceiling).not.toBeNull();
  });

  it('reads the last evaluation of another file, which may hold that one alone', async () => {
    const { analyst } = await opened(EXAMPLE);
    const last = (text: string) => analyst.lastEvaluation(new Blob([text]));
    expect(await last('step,loss,eval_accuracy\n10,2,0.3\n20,1,0.375\n30,1,')).toBe(37.5);
    const summary = { results: { gsm8k: { 'exact_match,strict': 0.5, exact_match_stderr: 0.01 } } };
    expect(await last(JSON.stringify(summary, null, 2))).toBe(50);
    await expect(last('step,loss\n1,2')).rejects.toThrow(/CSV, 1 row.*no column of performances/);
    const alone = new Blob([JSON.stringify({ step: 9, eval_accuracy: 0.5 }, null, 2)]);
    await expect(analyst.open('one', alone)).rejects.toThrow(
      /one evaluation \(JSON record.*history/,
    );
  });

  it('fits a single curve with a forecast of its end, and nothing where the curve says too little', async () => {
    const points = Array.from({ length: 24 }, (_, i) => ({
      compute: i + 1,
      performance: 50 + 40 * (1 - 0.85 ** (i + 1)),
      nProblems: 4000,
    }));
    const pSft = { value: 50, standardError: 0.5 };
    const settings = { seed: 0, forecastAt: [48] };
    const fit = (await new Analyst().ceiling({ pSft, points }, settings))!;
    expect(fit.ceiling.verdict.is).toBe('identified');
    const [end] = fit.forecasts;
    expect(end!.low).toBeLessThan(90);
    expect(end!.high).toBeGreaterThan(89);
    const short = { pSft, points: points.slice(0, 2) };
    expect(await new Analyst().ceiling(short, settings)).toBeNull();
  });

  it('reports bad rows of a run, and no more of them than a page can show', async () => {
    const bad = Array.from({ length: 3000 }, (_, i) => `bad,${i},lost\n`).join('');
    const { analyst, curves } = await opened(EXAMPLE + bad.replaceAll('bad,', 'bad,0,'));
    const run = curves.runs.findIndex(({ problems }) => problems.length > 0);
    expect(curves.runs[run]!.problems).toHaveLength(101);
    expect(curves.runs[run]!.problems.at(-1)).toMatch(/2900 more problems/);
    expect((await analyst.fit('s', run, SETTINGS))?.ceiling).toBeNull();
  });
});

describe('a file that is none', () => {
  it.each([
    ['is empty', '', /The file is empty/],
    ['is a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff), /The file is a PNG image/],
    [
      'is a letter',
      'Dear reader.\nGood bye.',
      /one column, "Dear reader\.".*compute and performance/,
    ],
    ['is too large', new Uint8Array(50 * 2 ** 20), /50\.0 MB; the limit is 20/],
  ])('%s is refused with a sentence', async (_, content, message) => {
    await expect(new Analyst().open('s', new Blob([content]))).rejects.toThrow(message);
  });

  it('has a run for each row, and a sentence says which column was taken for the runs', async () => {
    const rows = Array.from({ length: 501 }, (_, i) => `${i},${i},50`);
    const text = ['run,compute,performance', ...rows].join('\n');
    await expect(opened(text)).rejects.toThrow(
      /Column "run" names 501 runs; the page takes up to 500/,
    );
  });

  it('was never opened', async () => {
    await expect(new Analyst().fit('s', 0, SETTINGS)).rejects.toThrow(/no source s/);
  });
});
