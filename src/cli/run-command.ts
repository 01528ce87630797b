/** `lab run PRESET`: SFT, then RL, and the decomposition of what was measured. */
import { parseArgs } from 'node:util';
import type { EngineReport } from '../runtime/stores/runs';
import { paradigmNamed, withParadigm } from '../training/configuration/paradigms';
import { engineNamed } from '../training/configuration/choices';
import { presetNamed, setNamed } from '../training/configuration/presets';
import {
  parseRunConfig,
  type RunConfig,
  type SwitchSetting,
} from '../training/configuration/run-config';
import type { RunSummary } from '../training/run-state';
import { runToEnd } from './run-to-end';
import { integerOption, UsageError } from './usage';

export async function runCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      engine: { type: 'string' },
      paradigm: { type: 'string' },
      set: { type: 'string' },
      switch: { type: 'string' },
      'rl-steps': { type: 'string' },
      samples: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (positionals.length !== 1) {
    throw new UsageError(`run takes one preset; ${positionals.length} were given.`);
  }
  const preset = presetNamed(positionals[0]!);
  const config =
    values.paradigm === undefined
      ? preset.config
      : withParadigm(preset, paradigmNamed(values.paradigm));
  const steps = values['rl-steps'];
  const asked = parseRunConfig({
    ...config,
    seed: values.seed === undefined ? config.seed : integerOption('seed', values.seed),
    engine: values.engine === undefined ? config.engine : engineNamed(values.engine),
    trajectories: values.set === undefined ? config.trajectories : setNamed(preset, values.set),
    switch: values.switch === undefined ? config.switch : switchPolicy(values.switch),
    rl: {
      ...config.rl,
      steps: steps === undefined ? config.rl.steps : integerOption('rl-steps', steps),
    },
    evaluation: {
      ...config.evaluation,
      samples:
        values.samples === undefined
          ? config.evaluation.samples
          : integerOption('samples', values.samples, 1),
    },
  });
  const outcome = await outcomeOf(asked);
  process.stdout.write(
    values.json ? `${JSON.stringify(asJson(asked, outcome))}\n` : asText(outcome),
  );
}

/** Reads a sub-phase, `end`, or a step. */
function switchPolicy(text: string): SwitchSetting {
  if (text === 'end') return { at: 'end' };
  if (text === 'stable' || text === 'mild' || text === 'severe')
    return { at: 'phase', phase: text };
  if (/^\d+$/.test(text)) return { at: 'step', step: Number(text) };
  throw new UsageError(
    `--switch is "${text}"; it must be stable, mild, severe, end or an SFT step.`,
  );
}

interface Outcome {
  readonly summary: RunSummary;
  readonly engine: EngineReport;
  readonly seconds: number;
}

/** Throws where the run diverged, with step and reason. */
async function outcomeOf(config: RunConfig): Promise<Outcome> {
  const { last, engine, seconds } = await runToEnd(config);
  if (last.type === 'finished') return { summary: last.summary, engine, seconds };
  throw new Error(`The run diverged at ${last.stage} step ${last.step}. ${last.reason}`);
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
    identified: ceiling?.identified ?? false,
    not_identified_because: ceiling ? ceiling.notIdentifiedBecause : summary.noCeilingBecause,
    final: final.score,
    final_standard_error: final.standardError,
    base_score: base.score,
    min_val_loss: summary.minValidationLoss,
    switch_step: switched.step,
    switch_phase: switched.phase,
    flops: compute.sft + compute.rl,
    flops_with_base: compute.base + compute.sft + compute.rl,
    skipped_steps: summary.skippedSteps,
    instabilities: summary.instabilities,
    benchmark_samples: final.problems * final.samplesPerProblem,
    seconds,
    engine: engine.backend === null ? engine.name : `${engine.name}:${engine.backend}`,
    engine_reason: engine.reason,
    gpu_adapter: engine.gpu?.adapter ?? null,
    gpu_tuning: engine.gpu?.tuning ?? null,
  };
}

function asText({ summary, engine, seconds }: Outcome): string {
  const { base, branch, final, ceiling, compute, switched } = summary;
  const points = (value: number): string => value.toFixed(1);
  const ceilingLine = ceiling
    ? `A_post = P_sft + PL_rl = ${points(branch.score)} + ${points(ceiling.plRl)} = ${points(ceiling.aPost)}, 90% interval ${points(ceiling.aPostLow)} to ${points(ceiling.aPostHigh)}`
    : `A_post could not be fitted. ${summary.noCeilingBecause}`;
  const verdict =
    ceiling && !ceiling.identified ? [`Not identified. ${ceiling.notIdentifiedBecause}`] : [];
  return [
    `Base ${points(base.score)}, after SFT (P_sft) ${points(branch.score)} ± ${points(branch.standardError)}, after RL ${points(final.score)} ± ${points(final.standardError)}`,
    ceilingLine,
    ...verdict,
    `Lowest validation loss ${summary.minValidationLoss.toFixed(4)}; switch at SFT step ${switched.step} (${switched.phase})`,
    `${(compute.sft + compute.rl).toExponential(2)} FLOPs, ${(compute.base + compute.sft + compute.rl).toExponential(2)} with the base; ${seconds.toFixed(0)} s on ${engine.description}`,
    '',
  ].join('\n');
}
