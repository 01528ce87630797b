/** `lab run PRESET`: SFT, then RL, and the decomposition of what was measured. */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { ENGINE_NAMES, TFJS_BACKENDS } from '../engine/engine';
import type { EngineReport } from '../runtime/contracts';
import { nodeBase, nodeEngine } from '../runtime/engine-node';
import { Pace } from '../runtime/pace';
import type { RunEvent } from '../training/events';
import { presetNamed, setNamed } from '../training/presets';
import { trainRun } from '../training/run';
import {
  parseRunConfig,
  type EngineChoice,
  type RunConfig,
  type SwitchPolicy,
} from '../training/run-config';
import type { RunSummary } from '../training/run-state';
import { Progress } from './progress';
import { integerOption, UsageError } from './usage';

export async function runCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      engine: { type: 'string' },
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
  const { config } = preset;
  const steps = values['rl-steps'];
  const asked = parseRunConfig({
    ...config,
    seed: values.seed === undefined ? config.seed : integerOption('seed', values.seed),
    engine: values.engine === undefined ? config.engine : engineChoice(values.engine),
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
  const outcome = await runToEnd(asked);
  process.stdout.write(
    values.json ? `${JSON.stringify(asJson(asked, outcome))}\n` : asText(outcome),
  );
}

/** Reads `auto`, `webgpu`, `wasm`, `tfjs` or `tfjs:BACKEND`. */
function engineChoice(text: string): EngineChoice {
  if (text === 'auto') return { name: null, backend: null };
  const [engine, backend, ...rest] = text.split(':');
  const name = ENGINE_NAMES.find((known) => known === engine);
  const known = TFJS_BACKENDS.find((candidate) => candidate === backend);
  const hasBackend = backend !== undefined;
  if (!name || rest.length > 0 || (hasBackend && (name !== 'tfjs' || !known))) {
    throw new UsageError(
      `There is no engine "${text}"; choose auto, webgpu, wasm, tfjs, ${TFJS_BACKENDS.map((b) => `tfjs:${b}`).join(', ')}.`,
    );
  }
  return { name, backend: known ?? null };
}

/** Reads a sub-phase, `end`, or a step. */
function switchPolicy(text: string): SwitchPolicy {
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
  /** Of training and measuring, the engine's start left out. */
  readonly seconds: number;
}

async function runToEnd(config: RunConfig): Promise<Outcome> {
  const base = await nodeBase(config);
  const { engine, report } = await nodeEngine(config.model, config.engine);
  process.stderr.write(`${report.description}. ${report.reason}\n`);
  const started = performance.now();
  const pace = new Pace(config, { stage: 'sft', step: 0, seconds: 0 });
  const progress = new Progress(process.stderr);
  try {
    const requests = { switchNow: false, stop: false };
    for await (const event of trainRun(config, { engine, base, resumeFrom: null, requests })) {
      const seconds = (performance.now() - started) / 1000;
      pace.observe(event, seconds);
      if (event.type === 'finished') return { summary: event.summary, engine: report, seconds };
      if (event.type === 'diverged') {
        throw new Error(`The run diverged at ${event.stage} step ${event.step}. ${event.reason}`);
      }
      const line = describe(event);
      if (line !== null) progress.print(line);
      else progress.update(pace.progress());
    }
  } finally {
    progress.clear();
    engine.dispose();
  }
  throw new Error('The run ended without a summary: this is a fault of the lab.');
}

/** A line for events worth one; null for the rest. */
function describe(event: RunEvent): string | null {
  switch (event.type) {
    case 'validation':
      return `SFT step ${event.step}: validation loss ${event.loss.toFixed(4)}, ${event.phase.phase}`;
    case 'benchmark': {
      const { score, standardError } = event.result;
      const where = `${event.stage.toUpperCase()} step ${event.step}`;
      return `${where}: benchmark ${score.toFixed(1)} ± ${standardError.toFixed(1)} (${event.purpose})`;
    }
    case 'switch':
      return `Switch to RL. ${event.reason}`;
    default:
      return null;
  }
}

/** The names are part of the terminal's interface. */
function asJson(config: RunConfig, { summary, engine, seconds }: Outcome): object {
  const { base, branch, final, ceiling, compute, switched } = summary;
  return {
    preset: config.preset,
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
    benchmark_samples: final.problems * final.samplesPerProblem,
    seconds,
    engine: engine.backend === null ? engine.name : `${engine.name}:${engine.backend}`,
    engine_reason: engine.reason,
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
