import { describe, expect, it } from 'vitest';
import { sweepParadigms } from '../../../src/cli/paradigm-sweep';
import { paradigmStudy } from '../../../src/studies/paradigm-study';
import type { paradigmRows } from '../../../src/studies/paradigm-table';
import { checkSweep, chosenRates, withRates } from '../../../src/studies/rate-sweep';
import type { StudyConfig } from '../../../src/studies/study-config';
import { presetNamed } from '../../../src/training/configuration/presets';
import { labErrorOf } from '../lab-errors';

type Rows = ReturnType<typeof paradigmRows>;

describe('a sweep of learning rates', () => {
  it('chooses by the mean over the seeds, the first of equals', () => {
    const scores = [
      ['luffy', 0.5, 80],
      ['luffy', 0.5, 90],
      ['luffy', 1, 99],
      ['luffy', 1, 60],
      ['sft', 0.5, 70],
      ['sft', 1, 70],
    ] as const;
    const found = chosenRates(
      scores.map(([paradigm, factor, final]) => ({ paradigm, factor, final })),
    );
    expect(found).toEqual([
      {
        paradigm: 'luffy',
        factor: 0.5,
        means: [
          { factor: 0.5, final: 85 },
          { factor: 1, final: 79.5 },
        ],
      },
      expect.objectContaining({ paradigm: 'sft', factor: 0.5 }),
    ]);
  });

  it('is on both stages alike', () => {
    const { config } = presetNamed('micro');
    const { sft, rl, ...rest } = withRates(config, 2);
    expect(sft).toEqual({ ...config.sft, learningRate: 2 * config.sft.learningRate });
    expect(rl).toEqual({ ...config.rl, learningRate: 2 * config.rl.learningRate });
    expect(config).toMatchObject(rest);
  });

  it('is refused with one factor, one twice, and seeds of the verdict', () => {
    const check = (factors: number[], seeds: number[]) => () => checkSweep({ factors, seeds }, [0]);
    expect(check([1], [9])).toThrow(labErrorOf('study'));
    expect(check([1, 1], [9])).toThrow(/swept by 1,1; give two factors/);
    expect(check([1, 2], [9, 0])).toThrow(/Seed 0 is to choose/);
    expect(check([1, 2], [9])).not.toThrow();
  });

  it('judges each paradigm with its best rates, on seeds that did not choose them', async () => {
    const names = ['sft', 'luffy'];
    const study = paradigmStudy(presetNamed('micro'), { names, seeds: [0, 1] });
    const base = study.run.rl.learningRate;
    const runs: {
      folder: string;
      paradigms: readonly string[];
      seeds: readonly number[];
      factor: number;
    }[] = [];
    const run = async ({ paradigms, seeds, run }: StudyConfig, folder: string): Promise<Rows> => {
      const factor = run.rl.learningRate / base;
      runs.push({ folder, paradigms, seeds, factor });
      // SFT likes a low rate here, LUFFY a high one.
      const rows = paradigms.flatMap((paradigm) =>
        seeds.map((seed) => ({ paradigm, seed, final: (paradigm === 'sft' ? -1 : 1) * factor })),
      );
      return rows as unknown as Rows;
    };
    const sweep = { factors: [0.5, 2], seeds: [7] };
    const swept = await sweepParadigms(study, sweep, { out: 'out', run });
    expect(swept!.rows.map(({ paradigm, seed, final }) => [paradigm, seed, final])).toEqual([
      ['sft', 0, -0.5],
      ['sft', 1, -0.5],
      ['luffy', 0, 2],
      ['luffy', 1, 2],
    ]);
    expect(runs).toEqual([
      { folder: 'out/sweep-0.5', paradigms: names, seeds: [7], factor: 0.5 },
      { folder: 'out/sweep-2', paradigms: names, seeds: [7], factor: 2 },
      { folder: 'out/verdict-0.5', paradigms: ['sft'], seeds: [0, 1], factor: 0.5 },
      { folder: 'out/verdict-2', paradigms: ['luffy'], seeds: [0, 1], factor: 2 },
    ]);
  });
});
