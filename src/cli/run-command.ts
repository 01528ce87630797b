/** `lab run PRESET`: SFT, then RL, and the decomposition of what was measured. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { usefulThreads } from '../runtime/engines/helpers';
import type { EngineReport } from '../runtime/stores/runs';
import { parseRunConfig, type RunConfig } from '../training/configuration/run-config';
import {
  checkTogether,
  PLAIN,
  SETTINGS,
  standardConfig,
  withSetting,
} from '../training/configuration/settings';
import { atLeastOf, isIdentified, type CeilingFit } from '../theory';
import { divergedAt } from '../training/divergence';
import type { RunSummary } from '../training/run-state';
import { ceilingWord, VERDICT_LEADS, whyNotKnown } from '../words/en/reasons/ceiling-reasons';
import { engineSentences } from '../words/en/reasons/engine-reasons';
import { endingSentence, rlEndSentence, signSentence } from '../words/en/reasons/run-reasons';
import { runToEnd } from './run-to-end';
import { assignmentsIn, optionText, settingOptions, withOptionsSet } from './setting-options';
import { flagOptions, numberOption, onlyArgument, textOptions, UsageError } from './usage';
import { toDecimals } from '../rounding';

export async function runCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...settingOptions(SETTINGS),
      ...textOptions('paradigm', 'threads'),
      ...flagOptions('json'),
    },
  });
  const asked = configFor(onlyArgument('run', 'one preset', positionals), values);
  const threads = threadsOption(values.threads);
  const { last, engine, seconds } = await runToEnd(asked, { threads });
  if (last.type === 'diverged') {
    process.stderr.write(`The run diverged. ${endingSentence(divergedAt(last))}\n`);
    process.exitCode = 1;
    return;
  }
  const outcome = { summary: last.summary, engine, seconds };
  process.stdout.write(
    values.json === true ? `${JSON.stringify(asJson(asked, outcome))}\n` : asText(outcome),
  );
}

/** Threads of the `wasm` engine: as many as are of use, or as asked. */
function threadsOption(text: string | undefined): number {
  const cores = availableParallelism();
  if (text === undefined) return usefulThreads(cores);
  const range = { least: 1, most: cores, isInteger: true };
  return numberOption('threads', text, range);
}

/** A preset's configuration with what the options set; what is set last counts. */
function configFor(preset: string, values: Readonly<Record<string, unknown>>): RunConfig {
  const assignments = assignmentsIn(values);
  // It decides what everything else is changed in.
  const paradigm =
    assignments.findLast(({ name }) => name === 'paradigm')?.text ??
    optionText(values, 'paradigm') ??
    PLAIN;
  let config = withOptionsSet(standardConfig(preset, paradigm), SETTINGS, values);
  for (const { name, text } of assignments) {
    if (name === 'paradigm') continue;
    if (name === 'preset') {
      throw new UsageError(`--set cannot change the preset; run it instead: \`run ${text}\`.`);
    }
    config = withSetting(config, name ?? 'set', text, '--set');
  }
  checkTogether(config);
  return parseRunConfig(config);
}

interface Outcome {
  readonly summary: RunSummary;
  readonly engine: EngineReport;
  readonly seconds: number;
}

/** Why the ceiling is not known; null where it is. */
function whyUnknown({ ceiling, noCeilingBecause }: RunSummary): string | null {
  return whyNotKnown(ceiling, noCeilingBecause);
}

/** The names are part of the terminal's interface. */
function asJson(config: RunConfig, { summary, engine, seconds }: Outcome): object {
  const { base, branch, final, ceiling, compute, switched } = summary;
  return {
    preset: config.preset,
    paradigm: config.paradigm,
    seed: config.seed,
    set: config.trajectories.name,
    p_sft: branch.score,
    p_sft_standard_error: branch.standardError,
    a_post: ceiling?.aPost ?? null,
    a_post_low: ceiling?.aPostLow ?? null,
    a_post_high: ceiling?.aPostHigh ?? null,
    pl_rl: ceiling?.plRl ?? null,
    identified: ceiling !== null && isIdentified(ceiling),
    verdict: ceiling?.verdict.is ?? null,
    at_least: ceiling && (atLeastOf(ceiling)?.atLeast ?? null),
    not_identified_because: whyUnknown(summary),
    final: final.score,
    final_standard_error: final.standardError,
    base_score: base.score,
    min_val_loss: summary.minValidationLoss,
    switch_step: switched.step,
    switch_phase: switched.phase,
    rl_end: summary.rlEnd?.because ?? null,
    flops: compute.sft + compute.rl,
    flops_with_base: compute.base + compute.sft + compute.rl,
    skipped_steps: summary.skippedSteps,
    instabilities: summary.instabilities.map((sign) => ({
      ...sign,
      reason: signSentence(sign.reason),
    })),
    benchmark_samples: final.problems * final.samplesPerProblem,
    seconds,
    engine: engine.backend === null ? engine.name : `${engine.name}:${engine.backend}`,
    engine_reason: engineSentences(engine),
    gpu_adapter: engine.gpu?.adapter ?? null,
    gpu_tuning: engine.gpu?.tuning ?? null,
  };
}

function ceilingText(ceiling: CeilingFit, pSft: number): string {
  const { is } = ceiling.verdict;
  if (is === 'at-least' || is === 'no-signal') return `A_post ${ceilingWord(ceiling)}`;
  const { aPost, aPostLow, aPostHigh, plRl } = ceiling;
  const [start, gain, top, low, high] = [pSft, plRl, aPost, aPostLow, aPostHigh].map((value) =>
    toDecimals(value, 1),
  );
  return `A_post = P_sft + PL_rl = ${start} + ${gain} = ${top}, 90% interval ${low} to ${high}`;
}

function asText({ summary, engine, seconds }: Outcome): string {
  const { base, branch, final, ceiling, compute, switched, rlEnd } = summary;
  const points = (value: number): string => toDecimals(value, 1);
  const why = whyUnknown(summary);
  const ceilingLine = ceiling
    ? ceilingText(ceiling, branch.score)
    : `A_post could not be fitted. ${why}`;
  const verdict = ceiling && why ? [`${VERDICT_LEADS[ceiling.verdict.is]} ${why}`] : [];
  return [
    `Base ${points(base.score)}, after SFT (P_sft) ${points(branch.score)} ± ${points(branch.standardError)}, after RL ${points(final.score)} ± ${points(final.standardError)}`,
    ceilingLine,
    ...verdict,
    `Lowest validation loss ${toDecimals(summary.minValidationLoss, 4)}; switch at SFT step ${switched.step} (${switched.phase})`,
    ...(rlEnd && compute.rl > 0 ? [rlEndSentence(rlEnd)] : []),
    `${(compute.sft + compute.rl).toExponential(2)} FLOPs, ${(compute.base + compute.sft + compute.rl).toExponential(2)} with the base; ${toDecimals(seconds, 0)} s on ${engine.description}`,
    '',
  ].join('\n');
}
