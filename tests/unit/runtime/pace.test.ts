import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/runtime/runs/pace';
import { nextTask } from '../../../src/runtime/next-task';
import { StepsLeft } from '../../../src/runtime/runs/steps-left';
import type { RunEvent } from '../../../src/training/events';
import { forwardFlopsPerToken } from '../../../src/model/flops';
import { SMALL_RUN } from './small-run';

const metrics = {
  loss: 1,
  gradNorm: 1,
  entropy: 1,
  meanNll: 1,
  clipRatioLow: 0,
  clipRatioHigh: 0,
  kl: 0,
  tokens: 10,
};

function sftStep(step: number) {
  const at = { type: 'sft-step', stage: 'sft', step, compute: 0 } as const;
  return { ...at, learningRate: 1e-3, tokens: 100, metrics };
}

function rlStep(step: number, compute: number): RunEvent {
  const measured = {
    reward: 0.5,
    reward_std: 0.5,
    frac_reward_zero_std: 0,
    completion_mean_length: 8,
    completion_clipped_ratio: 0,
    groups: 3,
    rounds: 1,
    learning_rate: 1e-3,
    expert_token_share: 0,
    loss: null,
    grad_norm: null,
    entropy: null,
    kl: null,
    clip_ratio_low: null,
    clip_ratio_high: null,
  };
  return { type: 'rl-step', stage: 'rl', step, compute, tokens: 100, metrics: measured };
}

function progress(activity: 'Benchmark' | 'Validation loss', done: number, total: number) {
  return { type: 'progress', stage: 'sft', activity, done, total } as const;
}

describe('the time left', () => {
  it('is unknown until each kind of work has been timed', () => {
    const pace = new Pace(SMALL_RUN, { stage: 'sft', step: 0, seconds: 0 });
    pace.observe(sftStep(1), 1);
    expect(pace.progress()).toMatchObject({ stageSecondsLeft: null, secondsLeft: null });
  });

  it('adds up steps, evaluations and samples at the speeds measured', () => {
    const pace = new Pace(SMALL_RUN, { stage: 'sft', step: 0, seconds: 0 });
    // 20 validation trajectories in 2 s, 20 samples in 4 s, a step in half a second.
    pace.observe(progress('Validation loss', 0, 20), 0);
    pace.observe(progress('Benchmark', 0, 20), 2);
    pace.observe(progress('Benchmark', 10, 20), 4);
    pace.observe(sftStep(1), 6);
    pace.observe(sftStep(2), 6.5);
    // 18 steps · 0.5 s; evaluations at 4, 7, 12 and 20 of 2 + 4 s; the branch point's 40 samples · 0.2 s.
    expect(pace.progress().stageSecondsLeft).toBeCloseTo(9 + 4 * 6 + 8, 6);
    expect(pace.progress().secondsLeft).toBeGreaterThan(9 + 4 * 6 + 8);
  });

  it('shows the part of a measurement that is done, and the speed of the last seconds', () => {
    const pace = new Pace(SMALL_RUN, { stage: 'sft', step: 5, seconds: 100 });
    pace.observe(sftStep(6), 101);
    pace.observe(sftStep(7), 103);
    expect(pace.progress().tokensPerSecond).toBeCloseTo(50, 6);
    pace.observe(progress('Benchmark', 10, 40), 103);
    expect(pace.progress()).toMatchObject({ activity: 'Benchmark', fraction: 0.25, step: 7 });
  });
});

describe('the steps left of a run with a compute budget', () => {
  const flopsPerToken = forwardFlopsPerToken(SMALL_RUN.model);
  const sftStepFlops = 3 * SMALL_RUN.sft.batchSize * SMALL_RUN.model.contextLength * flopsPerToken;
  const plan = { ...SMALL_RUN, switch: { at: 'end' } as const };

  it('are those that it can pay for', () => {
    const left = new StepsLeft({ ...plan, computeBudget: 7.5 * sftStepFlops }, { isFresh: true });
    expect(left.sft(0)).toBe(8);
    left.observe({ ...sftStep(2), compute: 2 * sftStepFlops });
    expect(left.sft(2)).toBe(6);
    expect(left.rl(0, 6)).toBe(0);
  });

  it('follow from what an RL step was seen to cost', () => {
    const left = new StepsLeft({ ...plan, computeBudget: 30 * sftStepFlops }, { isFresh: true });
    left.observe({ ...sftStep(20), compute: 20 * sftStepFlops });
    const position = { stage: 'rl', step: 1 } as const;
    const cost = 2.5 * sftStepFlops;
    const reason = { because: 'told', text: '' } as const;
    const sign = { type: 'instability', kind: 'gradient-spike', reason } as const;
    left.observe({ ...sign, ...position, compute: 20 * sftStepFlops });
    left.observe(rlStep(1, 20 * sftStepFlops + cost));
    expect(left.rl(1, 0)).toBe(3);
  });

  it('end with the steps that were asked for, and with the switch that was', () => {
    const rich = { ...plan, computeBudget: 1e30 };
    expect(new StepsLeft(rich, { isFresh: true }).rl(0, 20)).toBe(SMALL_RUN.rl.steps);
    const early = { ...rich, switch: { at: 'step', step: 5 } as const };
    expect(new StepsLeft(early, { isFresh: true }).sft(2)).toBe(3);
  });
});

describe('nextTask', () => {
  it('lets messages in that were waiting', async () => {
    const { port1, port2 } = new MessageChannel();
    let heard = false;
    port1.onmessage = () => {
      heard = true;
    };
    port2.postMessage('pause');
    await nextTask();
    await nextTask();
    port1.close();
    expect(heard).toBe(true);
  });
});
