/** The clock of a run: what counts as training, and what does not. */
import { expect, it } from 'vitest';
import { RunClock } from '../../../src/runtime/runs/run-clock';
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
