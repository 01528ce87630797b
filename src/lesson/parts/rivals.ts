/** Chapter 8: one problem, and who learns from which tokens with which weight, method by method. */
import * as v from 'valibot';
import { activeTokens, evaluateObjective } from '../../engine/objective';
import type { TokenBatch } from '../../engine/token-table';
import type { Engine } from '../../engine/engine';
import { seed, type DataOf } from '../../schema/pieces';
import { paradigmNamed, withParadigm } from '../../training/configuration/paradigms';
import { presetNamed } from '../../training/configuration/presets';
import type { RlSettings } from '../../training/configuration/run-config';
import { prepareDatasets, type Datasets } from '../../training/data/datasets';
import { methodOf } from '../../training/methods';
import { scoreExperience } from '../../training/rl';
import { collectRollouts, type RolloutPool } from '../../training/rollouts';
import { LESSON_CONFIG, type LiveContext } from '../context';
import { phasesConfig } from './phases';

export const RIVALS = ['grpo', 'luffy', 'hpt', 'srft', 'prefix-rft'] as const;
export type Rival = (typeof RIVALS)[number];

export const rivalSettings = v.object({ seed, method: v.picklist(RIVALS) });

export interface RivalSettings extends DataOf<typeof rivalSettings> {}

export const RIVAL_DEFAULTS: RivalSettings = { seed: 0, method: 'grpo' };

const GROUP_SIZE = 6;
const MOST_STEPS = 40;
/** Prefix-RFT gives away less and less of a demonstration: here, half-way through its run. */
const PROGRESS = 0.5;

/** A row of the group. */
export interface RivalRow {
  /** How many of its tokens an expert wrote: none, some or all. */
  readonly expertTokens: number;
  readonly correct: boolean;
  readonly tokens: readonly string[];
  /** −d(loss)/d(log π) of each token: up where above 0; null where the row is not learned from. */
  readonly pushes: readonly number[] | null;
}

export interface RivalNews {
  readonly type: 'method';
  readonly method: Rival;
  readonly prompt: string;
  readonly rows: readonly RivalRow[];
}

function settingsOf(name: Rival): RlSettings {
  const { rl } = withParadigm(presetNamed(LESSON_CONFIG.preset), paradigmNamed(name));
  return { ...rl, promptsPerStep: 1, groupSize: GROUP_SIZE, maxRounds: 1 };
}

/** The push of a table on each of its cells that count, at the policy that wrote the rows. */
async function cellPushes(engine: Engine, table: TokenBatch): Promise<Map<number, number>> {
  const active = activeTokens(table);
  const { logProbs, entropies } = await engine.score(table);
  const at = (column: Float32Array): Float32Array =>
    Float32Array.from(active, (cell) => column[cell]!);
  const { slopes } = evaluateObjective(table, active, at(logProbs), at(entropies));
  return new Map(Array.from(active, (cell, i) => [cell, slopes[i] === 0 ? 0 : -slopes[i]!]));
}

/**
 * What a method learns from a gathered group, row by row. A table may hold rows twice, behind the
 * others: SRFT imitates a demonstration and reinforces it, and both act on the same tokens.
 */
async function rowsOf(
  engine: Engine,
  { task }: Datasets,
  { pool, settings, base }: { pool: RolloutPool; settings: RlSettings; base: Float32Array },
): Promise<RivalRow[]> {
  const method = methodOf(settings);
  const chosen = method.select(pool);
  // At the first step the policy is its own reference: the leash is slack.
  const reference = settings.klCoefficient > 0 ? base : null;
  const { sequences, expertLengths, correct } = pool;
  const { promptLength, completionLength, completionLengths, completions } = sequences;
  const sums = new Map(chosen.map((row) => [row, new Map<number, number>()]));
  if (chosen.length > 0) {
    const scoring = { method, temperature: settings.temperature, reference };
    const table = method.table(await scoreExperience(engine, pool, chosen, scoring));
    const experts = chosen.filter((row) => expertLengths[row]! > 0);
    const tableRows = [...chosen, ...experts];
    for (const [cell, push] of await cellPushes(engine, table)) {
      const own = sums.get(tableRows[Math.floor(cell / table.length)]!)!;
      const t = (cell % table.length) - (promptLength - 1);
      own.set(t, (own.get(t) ?? 0) + push);
    }
  }
  return Array.from(completionLengths, (length, row) => {
    const start = row * completionLength;
    const own = sums.get(row);
    return {
      expertTokens: expertLengths[row]!,
      correct: correct[row] === 1,
      tokens: Array.from(completions.subarray(start, start + length), (id) =>
        task.tokenizer.decode([id]),
      ),
      pushes: own ? Array.from({ length }, (_, t) => own.get(t) ?? 0) : null,
    };
  });
}

function gather(
  engine: Engine,
  datasets: Datasets,
  { settings, seed: chosen, step }: { settings: RlSettings; seed: number; step: number },
): Promise<RolloutPool> {
  const options = { settings, seed: chosen, step, progress: PROGRESS };
  return collectRollouts(engine, datasets, options, methodOf(settings));
}

/** The first step of the seed at whose problem some attempts are right and some are wrong. */
async function mixedStep(engine: Engine, datasets: Datasets, chosen: number): Promise<number> {
  const settings = settingsOf('grpo');
  for (let step = 1; step < MOST_STEPS; step++) {
    const pool = await gather(engine, datasets, { settings, seed: chosen, step });
    if (pool.uniform[0] === false) return step;
  }
  return MOST_STEPS;
}

/** One method after the other, each on the same problem, with attempts of the same luck. */
export async function* rivals(
  { engine, base }: LiveContext,
  { seed: chosen }: Pick<RivalSettings, 'seed'>,
): AsyncGenerator<RivalNews, void> {
  await engine.loadParameters(base.parameters);
  const datasets = prepareDatasets(phasesConfig({ seed: chosen }));
  const step = await mixedStep(engine, datasets, chosen);
  for (const method of RIVALS) {
    const settings = settingsOf(method);
    const pool = await gather(engine, datasets, { settings, seed: chosen, step });
    const rows = await rowsOf(engine, datasets, { pool, settings, base: base.parameters });
    yield { type: 'method', method, prompt: pool.describe(pool.own[0]!).prompt, rows };
  }
}
