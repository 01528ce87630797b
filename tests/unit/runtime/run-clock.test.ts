/** The clock of a run: what counts as training, and what does not. */
import { expect, it } from 'vitest';
import { RunClock } from '../../../src/runtime/runs/run-clock';
import type { RunEvent } from '../../../src/training/events';
import { SMALL_RUN } from './small-run';

function clockAt(seconds: number) {
  let now = 1_000_000;
  const clock = new RunClock(SMALL_RUN, { from: null, seconds, now: () => now });
  return { clock, pass: (more: number) => (now += 1000 * more) };
}

it('leaves out the time for which the browser had frozen the page', () => {
  const { clock, pass } = clockAt(10);
  clock.go();
  pass(5 + 3600);
  clock.skip(3600);
  expect(clock.seconds).toBe(15);
  pass(2);
  expect(clock.seconds).toBe(17);
});

it('stands while a run is paused, frozen or not, and never goes back before its last start', () => {
  const { clock, pass } = clockAt(10);
  clock.go();
  pass(5);
  clock.stand();
  pass(3600);
  clock.skip(3600);
  expect(clock.seconds).toBe(15);
  clock.go();
  pass(1);
  clock.skip(60);
  expect(clock.seconds).toBe(15);
});

it('leaves out a sleep of the machine, of which nobody tells, and counts a long piece of work', () => {
  const { clock, pass } = clockAt(10);
  clock.go();
  pass(50);
  expect(clock.seconds).toBe(60);
  pass(8 * 3600);
  expect(clock.seconds).toBe(60);
  pass(2);
  expect(clock.seconds).toBe(62);
});

/** Hears a step each time that so many seconds have passed; returns the readings. */
function stepsAfter(times: readonly number[]): number[] {
  const { clock, pass } = clockAt(0);
  clock.go();
  return times.map((seconds, i) => {
    pass(seconds);
    return Math.round(10 * clock.hear(step(i + 1))) / 10;
  });
}

const step = (number: number): RunEvent => ({
  ...{ type: 'sft-step', stage: 'sft', step: number, compute: number, learningRate: 1, tokens: 1 },
  metrics: {
    ...{ loss: 1, gradNorm: 1, entropy: 1, meanNll: 1, kl: 0, clipRatioLow: 0, clipRatioHigh: 0 },
    tokens: 1,
  },
});

it('counts of a step in which the machine slept for less than a minute what its steps take', () => {
  expect(stepsAfter([0.5, 0.5, 30, 0.5, 20])).toEqual([0.5, 1, 1.5, 2, 2.5]);
  // Nights, too, are no training, however many there are.
  expect(stepsAfter([3600, 0.5, 3600, 3600, 0.5])).toEqual([0, 0.5, 1, 1.5, 2]);
});

it('counts steps that grow longer, and a long one among short ones', () => {
  expect(stepsAfter([0.5, 2, 6, 20, 60])).toEqual([0.5, 2.5, 8.5, 28.5, 88.5]);
  expect(stepsAfter([0.1, 2.1, 0.1])).toEqual([0.1, 2.2, 2.3]);
  // On a machine that has become slow it leaves out the first one alone.
  expect(stepsAfter([0.1, 9, 9, 9])).toEqual([0.1, 0.2, 9.2, 18.2]);
});
