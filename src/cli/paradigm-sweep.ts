/** `lab paradigms PRESET --sweep 0.5,1,2`: learning rates chosen on other seeds than the table's. */
import path from 'node:path';
import type { paradigmRows } from '../studies/paradigm-table';
import { chosenRates, withRates, type ChosenRate, type RateSweep } from '../studies/rate-sweep';
import { parseStudy } from '../studies/parse-study';
import type { StudyConfig } from '../studies/study-config';
import { toDecimals } from '../rounding';

type Rows = ReturnType<typeof paradigmRows>;

/** Runs a study in a folder; null where it was interrupted. */
type Runs = (study: StudyConfig, folder: string) => Promise<Rows | null>;

interface SweptTable {
  readonly chosen: readonly ChosenRate[];
  /** Of the verdict's seeds, each paradigm with its chosen rates, in the order of the study. */
  readonly rows: Rows;
}

/**
 * Each factor on the sweep's seeds, then each paradigm with its best on the study's own. Every part is a
 * study in a folder of its own, so that what was interrupted goes on.
 */
export async function sweepParadigms(
  study: StudyConfig,
  { factors, seeds }: RateSweep,
  { out, run }: { out: string; run: Runs },
): Promise<SweptTable | null> {
  const part = (factor: number, changes: Partial<StudyConfig>, name: string) =>
    run(
      parseStudy({ ...study, ...changes, run: withRates(study.run, factor) }),
      path.join(out, `${name}-${factor}`),
    );
  const scores = [];
  for (const factor of factors) {
    const rows = await part(factor, { seeds: [...seeds] }, 'sweep');
    if (rows === null) return null;
    scores.push(...rows.map(({ paradigm, final }) => ({ paradigm, factor, final })));
  }
  const chosen = chosenRates(scores);
  const found: Rows = [];
  for (const factor of factors) {
    const names = chosen.filter((one) => one.factor === factor).map(({ paradigm }) => paradigm);
    if (names.length === 0) continue;
    const rows = await part(factor, { paradigms: names }, 'verdict');
    if (rows === null) return null;
    found.push(...rows);
  }
  const place = ({ paradigm }: Rows[number]): number => study.paradigms.indexOf(paradigm);
  return { chosen, rows: found.sort((a, b) => place(a) - place(b)) };
}

/** The choices as lines of text. */
export function sweepText(chosen: readonly ChosenRate[], seeds: readonly number[]): string {
  const lines = chosen.map(({ paradigm, factor, means }) => {
    const tried = means.map((one) => `×${one.factor} ${toDecimals(one.final, 1)}`).join(', ');
    return `${paradigm}: ×${factor} (${tried})`;
  });
  return ['', `Learning rates, chosen on seeds ${seeds.join(', ')}:`, ...lines, ''].join('\n');
}
