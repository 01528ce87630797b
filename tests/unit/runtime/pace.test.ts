import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/runtime/pace';
import { nextTask } from '../../../src/runtime/next-task';
import type { RunEvent } from '../../../src/training/events';
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

function sftStep(step: number): RunEvent {
  const learningRate = 1e-3;
  return { type: 'sft-step', stage: 'sft', step, compute: 0, learningRate, tokens: 100, metrics };
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
