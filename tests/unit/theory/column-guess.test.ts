import { ceilingsAsCsv, ceilingsAsJson } from '../../../src/runtime/ceilings/ceiling-records';
import { describe, expect, it } from 'vitest';
import { fitCurveFile, guessColumns, readCurveFile, readLog } from '../../../src/theory';

async function guess(header: string, ...rows: string[]) {
  return guessColumns(await readLog([header, ...rows].join('\n')));
}

describe('the guess at columns', () => {
  it('is certain only of the format’s own names with percentages', async () => {
    const own = await guess('run,compute,performance', 'a,0,50', 'a,1,55');
    expect(own).toEqual({
      columns: { run: 'run', compute: 'compute', performance: 'performance' },
      fractions: false,
      isCertain: true,
      pSft: null,
    });
    expect(await guess('run,compute,performance', 'a,0,0.50', 'a,1,0.55')).toMatchObject({
      fractions: true,
      isCertain: false,
    });
    // `lab fit` would read one run here; whether there are several is a person's to say.
    expect((await guess('experiment,compute,performance', 'a,0,50')).isCertain).toBe(false);
  });

  it.each([
    ['TRL', 'loss,grad_norm,step,eval_accuracy', '1,2,0,0.4', 'step', 'eval_accuracy'],
    [
      'verl',
      'step,actor/entropy,perf/total_num_tokens,val-core/gsm8k/acc/mean@1',
      '1,2,3,0.4',
      'step',
      'val-core/gsm8k/acc/mean@1',
    ],
    [
      'wandb',
      'Step,my-run - eval/accuracy__MIN,my-run - eval/accuracy,my-run - eval/accuracy__MAX',
      '1,2,3,4',
      'Step',
      'eval/accuracy',
    ],
    ['a spreadsheet', 'Name,Total FLOPs,Score', 'a,1e18,44', 'Total FLOPs', 'Score'],
  ])('finds the columns of %s', async (_, header, row, compute, performance) => {
    const { columns, isCertain } = await guess(header, row);
    expect(columns).toMatchObject({ compute, performance });
    expect(isCertain).toBe(false);
  });

  it('takes no text for a number, and leaves out what nothing is like', async () => {
    expect((await guess('score,colour', 'high,red', 'low,blue')).columns).toEqual({});
  });

  it('finds a column in which a single row is bad', async () => {
    const { columns } = await guess('flops,acc', '0,50', '1,NaN', '2,55', 'x,56');
    expect(columns).toEqual({ compute: 'flops', performance: 'acc' });
  });
});

describe('results as files', () => {
  it('hold the same values as CSV and JSON, with quotes where a name needs them', async () => {
    const rows = [0, 1, 2, 3, 4, 5].map((x) => `"a, ""b""",${x},${50 + 8 * (1 - 0.5 ** x)}`);
    const file = await readCurveFile(['run,compute,performance', ...rows, 'bad,0,x'].join('\n'), {
      singleRun: 'log',
    });
    const fits = [...fitCurveFile(file, { seed: 0, draws: 20 })];
    const records = JSON.parse(ceilingsAsJson(fits)) as Record<string, unknown>[];
    const [header, fitted, bad] = ceilingsAsCsv(fits).split('\n');
    expect(header!.split(',')).toEqual(Object.keys(records[0]!));
    expect(fitted).toMatch(/^"a, ""b""",50,/);
    expect(fitted).toContain(`,${String(records[0]!.a_post)},`);
    expect(bad).toMatch(/^bad,,,,,,,,false,false,,"Row 8, column ""performance"" is ""x""/);
  });
});
