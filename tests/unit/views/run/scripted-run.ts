/** A run as a script: the messages that a trainer would send, made up from formulas. For tests. */
import type { TimedEvent } from '../../../../src/runtime/stores/runs';
import type { RunProgress, TrainerMessage } from '../../../../src/runtime/runs/api';
import { levelCount } from '../../../../src/tasks';
import { advanceSubPhase, fitCeilingOrReason, switchAdvice } from '../../../../src/theory';
import type { BenchmarkResult, Stage } from '../../../../src/training/events';
import type { RunConfig } from '../../../../src/training/configuration/run-config';
import { evaluationOf, observationOf, type RunSummary } from '../../../../src/training/run-state';
import { presetNamed } from '../../../../src/training/configuration/presets';
import { logSpacedSteps } from '../../../../src/training/configuration/schedule';
import { Random } from '../../../../src/random';

const SFT_FLOPS = 5e7;
const RL_FLOPS = 6e8;

type Recorded = TimedEvent['event'];

function benchmark(score: number, levels: number, samplesPerProblem: number): BenchmarkResult {
  const perLevel = Array.from({ length: levels }, (_, level) =>
    Math.min(99.5, Math.max(3, score + 22 - (44 * level) / Math.max(1, levels - 1))),
  );
  return {
    score: perLevel.reduce((sum, value) => sum + value, 0) / levels,
    standardError: 3 / Math.sqrt(samplesPerProblem),
    perLevel,
    levels: perLevel.map((rate, level) => ({
      level,
      successes: Math.round(2.5 * samplesPerProblem * rate),
      samples: 250 * samplesPerProblem,
      problems: 250,
    })),
    passAtK: [],
    problems: 250 * levels,
    samplesPerProblem,
    malformed: 0.01,
  };
}

function rollouts(random: Random, score: number, stage: Stage) {
  return Array.from({ length: 8 }, (_, i) => {
    const correct = random.chance(score / 100);
    const wellFormed = correct || random.chance(0.8);
    return {
      level: i % 4,
      prompt: ['3+1=', '2-4+1=', '0+3-2+4=', '1-1-3+2-4='][i % 4]!,
      completion: ['+14#4$', '-43+14#4$', '+33-21+4.#0$', '-10-32+24-40#0$'][i % 4]!,
      expected: correct ? ['4', '4', '0', '0'][i % 4]! : '1',
      correct,
      wellFormed,
      advantage: stage === 'rl' ? (correct ? 0.87 : -1.15) : null,
    };
  });
}

/** All events of a run in order; `rise` is the final gain of RL, `mid` where half of it is reached. */
export function scriptedEvents(
  config: RunConfig,
  { rise = 18, mid = 0.25, sftSteps = 60 }: { rise?: number; mid?: number; sftSteps?: number } = {},
): TimedEvent[] {
  const random = Random.from(config.seed, 'script');
  const levels = levelCount(config.task);
  const events: TimedEvent[] = [];
  let seconds = 0;
  const say = (event: Recorded): void => {
    events.push({ seconds: (seconds += 0.05), event });
  };
  const { samples, trackingSamples } = config.evaluation;
  const due = new Set(logSpacedSteps(config.sft.steps, config.sft.evaluations));
  let phase: ReturnType<typeof advanceSubPhase> | null = null;
  let lowest = Infinity;
  const base = benchmark(46, levels, samples);
  const sftScore = (step: number): number => 46 + 26 * (1 - Math.exp(-step / 20));
  for (let step = 0; step <= sftSteps; step++) {
    const position = { stage: 'sft', step, compute: step * SFT_FLOPS } as const;
    const loss = 0.3 + 0.5 * Math.exp(-step / 12) + Math.max(0, step - 60) * 0.0006;
    if (step > 0) {
      say({
        type: 'sft-step',
        ...position,
        learningRate: 2e-3,
        tokens: 400,
        metrics: {
          loss: loss + 0.04 * random.normal(),
          gradNorm: 1,
          entropy: 0.4,
          meanNll: loss,
          clipRatioLow: 0,
          clipRatioHigh: 0,
          kl: 0,
          tokens: 200,
        },
      });
    }
    if (!due.has(step)) continue;
    phase = advanceSubPhase(phase, { ...position, loss }, config.subPhases);
    lowest = Math.min(lowest, loss);
    const advice = switchAdvice(phase, config.subPhases);
    say({ type: 'validation', ...position, loss, phase, advice });
    const result = step === 0 ? base : benchmark(sftScore(step), levels, trackingSamples);
    say({
      type: 'benchmark',
      purpose: step === 0 ? 'base' : 'tracking',
      ...position,
      result,
      heldOut: null,
      drift: { fromBase: 0.1, fromBranch: null },
    });
    say({ type: 'rollouts', ...position, rollouts: rollouts(random, result.score, 'sft') });
  }
  const compute = sftSteps * SFT_FLOPS;
  const branch = benchmark(sftScore(sftSteps), levels, samples);
  const at = { stage: 'sft', step: sftSteps, compute } as const;
  say({
    type: 'benchmark',
    purpose: 'branch',
    ...at,
    result: branch,
    heldOut: null,
    drift: { fromBase: 0.1, fromBranch: null },
  });
  const reason = { because: 'phase', phase: 'stable' } as const;
  const switched = { step: sftSteps, compute, reason, phase: phase!.phase };
  say({ type: 'switch', ...switched });
  const curve: RunSummary['curve'][number][] = [];
  let final = branch;
  const total = config.rl.steps * RL_FLOPS;
  for (let step = 1; step <= config.rl.steps; step++) {
    const x = step * RL_FLOPS;
    const truth = branch.score + rise / (1 + ((mid * total) / x) ** 1.6);
    const position = { stage: 'rl', step, compute: compute + x } as const;
    say({
      type: 'rl-step',
      ...position,
      tokens: 12_000,
      metrics: {
        reward: truth / 100 + 0.04 * random.normal(),
        reward_std: 0.36,
        frac_reward_zero_std: 0.3 + 0.05 * random.normal(),
        completion_mean_length: 11 + 0.3 * random.normal(),
        completion_clipped_ratio: 0.02,
        groups: 12,
        rounds: 2,
        learning_rate: 5e-4,
        expert_token_share: 0,
        loss: 0.01,
        grad_norm: 0.5,
        entropy: step === 7 ? null : 0.45 * Math.exp(-step / 40) + 0.02 * random.normal(),
        kl: null,
        clip_ratio_low: 0.01,
        clip_ratio_high: 0.02,
      },
    });
    say({ type: 'rollouts', ...position, rollouts: rollouts(random, truth, 'rl') });
    const isLast = step === config.rl.steps;
    if (step % config.rl.evaluateEvery !== 0 && !isLast) continue;
    final = benchmark(truth + random.normal(), levels, isLast ? samples : trackingSamples);
    say({
      type: 'benchmark',
      purpose: isLast ? 'final' : 'tracking',
      ...position,
      result: final,
      heldOut: null,
      drift: { fromBase: 0.2, fromBranch: 0.1 },
    });
    curve.push({ compute: x, ...evaluationOf(final) });
  }
  // The script says where its mean goes, and nothing of levels that are learned one by one.
  const means = curve.map(observationOf).map((point) => ({ ...point, levels: undefined }));
  const fit = fitCeilingOrReason(means, {
    pSft: { value: branch.score, standardError: branch.standardError },
    seed: 0,
  });
  const summary: RunSummary = {
    base,
    branch,
    final,
    switched,
    minValidationLoss: lowest,
    ceiling: fit.ceiling,
    noCeilingBecause: fit.reason,
    curve,
    track: curve.map((point, i) => ({
      ...point,
      stage: 'rl',
      step: Math.min(config.rl.steps, (i + 1) * config.rl.evaluateEvery),
      compute: compute + point.compute,
    })),
    compute: { base: 4e10, sft: compute, rl: total },
    skippedSteps: 1,
    rlEnd: { because: 'steps', step: 8, awaited: false },
    instabilities: [],
    unseenLevels: [],
    heldOut: null,
    leftOut: 0,
  };
  say({ type: 'finished', summary });
  return events;
}

/** A trainer's news of a run at one of its events. */
export function scriptedProgress(
  config: RunConfig,
  { event, seconds }: TimedEvent,
): RunProgress | null {
  if (!('stage' in event)) return null;
  const { stage, step } = event;
  return {
    stage,
    activity: event.type === 'benchmark' ? 'Benchmark' : 'Training',
    step,
    steps: stage === 'sft' ? config.sft.steps : config.rl.steps,
    fraction: event.type === 'benchmark' ? 0.5 : null,
    stageSecondsLeft: 20,
    secondsLeft: stage === 'sft' ? 55 : 20,
    tokensPerSecond: 84_213,
    seconds,
  };
}

export const SCRIPTED_ENGINE: Extract<TrainerMessage, { type: 'engine' }> = {
  type: 'engine',
  engine: {
    name: 'wasm',
    backend: null,
    description: 'WebAssembly SIMD, 1 thread',
    reason: { choice: [{ because: 'no-adapter' }], tuning: null },
  },
};

const micro = presetNamed('micro').config;

/** The configuration of the scripts: `micro`, whatever its number of steps is tuned to. */
export const SCRIPTED_CONFIG: RunConfig = {
  ...micro,
  sft: { ...micro.sft, steps: 400, evaluations: 20 },
  rl: { ...micro.rl, steps: 60, evaluateEvery: 4 },
};
