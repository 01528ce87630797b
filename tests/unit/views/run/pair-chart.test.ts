/** Two runs on one chart. */
import { expect, it } from 'vitest';
import { PairTable } from '../../../../src/views/run/beside/pair-chart';
import { Measurements } from '../../../../src/views/run/measurements';
import { SCRIPTED_CONFIG, scriptedEvents } from './scripted-run';

const events = scriptedEvents(SCRIPTED_CONFIG);

function measured(count: number): Measurements {
  const measurements = new Measurements(SCRIPTED_CONFIG);
  measurements.takeLog(0, events.slice(0, count));
  return measurements;
}

it('has the evaluations of both in the order of compute, those at equal compute in one row', () => {
  const [first, second] = [measured(events.length), measured(events.length)];
  const pair = new PairTable(first, second);
  pair.follow();
  expect(pair.table.length).toBe(first.benchmark.length);
  expect(pair.table.column('other')).toEqual(pair.table.column('score'));
  const compute = Array.from(
    { length: pair.table.length },
    (_, row) => pair.table.positionAt(row).compute,
  );
  expect(compute).toEqual(compute.toSorted((a, b) => a - b));
});

it('follows a run that trains, and changes only when there is something new', () => {
  const live = measured(0);
  const pair = new PairTable(live, measured(events.length));
  const before = pair.follow();
  expect(pair.table.column('score').every((value) => value === null)).toBe(true);
  expect(pair.follow()).toBe(before);
  live.takeLog(0, events);
  expect(pair.follow()).not.toBe(before);
  expect(pair.table.lastValue('score')).toBe(live.benchmark.lastValue('score'));
});
