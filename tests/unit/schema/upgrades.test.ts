import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/errors';
import { FORMAT, formatOf, stamped, upgraded, UPGRADES } from '../../../src/schema/upgrades';

const told = (text: string) => ({ because: 'told', text });
const NONE = { base: null, branch: null, final: null };

describe('the list of upgrades', () => {
  it('is in order, and leaves out no number', () => {
    const numbers = UPGRADES.map(({ to }) => to);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect([...new Set(numbers)]).toEqual(Array.from({ length: FORMAT - 1 }, (_, i) => i + 2));
  });

  it('reaches a shape wherever it lies', () => {
    expect(upgraded('kept-checkpoint', { checkpoint: { state: { step: 3 } }, seconds: 1 })).toEqual(
      {
        checkpoint: { state: { step: 3, heldOut: NONE, gpu: null, latest: null, rlEnd: null } },
        seconds: 1,
      },
    );
    const events = [{ event: { type: 'benchmark' } }, { event: { type: 'finished', summary: {} } }];
    expect(upgraded('event-chunk', { events })).toEqual({
      events: [
        { event: { type: 'benchmark', heldOut: null } },
        { event: { type: 'finished', summary: { heldOut: null, rlEnd: null } } },
      ],
    });
  });

  it('leaves alone what is there already, of a time before there were numbers', () => {
    const latest = { score: 2, levels: [] };
    const heldOut = { ...NONE, base: latest };
    const rlEnd = { because: 'steps', step: 8, awaited: false };
    const state = { heldOut, gpu: { adapter: 'A GPU' }, latest, rlEnd };
    expect(upgraded('run-state', state)).toEqual(state);
  });

  it.each([
    ['run', { failure: 'No GPU.' }, { failure: told('No GPU.') }],
    ['missing-cell', { reason: 'Skipped.' }, { reason: told('Skipped.') }],
    [
      'cell',
      { failure: 'NaN.', cell: { ceiling: { notIdentifiedBecause: 'Wide.' } } },
      {
        failure: told('NaN.'),
        cell: { ceiling: { verdict: { is: 'not-identified', because: told('Wide.') } } },
      },
    ],
    [
      'run-summary',
      { noCeilingBecause: 'Flat.', instabilities: [{ kind: 'gradient-spike', reason: 'High.' }] },
      {
        noCeilingBecause: told('Flat.'),
        instabilities: [{ kind: 'gradient-spike', reason: told('High.') }],
      },
    ],
    [
      'run-state',
      { instabilities: [{ reason: 'High.' }] },
      { instabilities: [{ reason: told('High.') }] },
    ],
    [
      'run-event',
      { type: 'diverged', reason: 'NaN.', summary: null },
      { type: 'diverged', reason: told('NaN.'), summary: null },
    ],
    [
      'run-event',
      { type: 'validation', advice: { action: 'wait', reason: 'Wait.' } },
      { type: 'validation', advice: { action: 'wait', reason: told('Wait.') } },
    ],
    [
      'engine-report',
      { reason: { choice: [{ because: 'refused', problem: 'No.' }], tuning: null } },
      { reason: { choice: [{ because: 'refused', problem: told('No.') }], tuning: null } },
    ],
  ] as const)('makes the sentences of format 6 reasons: %s', (shape, stored, expected) => {
    const after = upgraded(shape, stored, 6);
    expect(after).toMatchObject(expected);
    expect(upgraded(shape, after, 6)).toEqual(after);
  });

  it.each([
    [
      { aPost: 70, identified: true, notIdentifiedBecause: null },
      { aPost: 70, verdict: { is: 'identified' }, failed: [], byLevel: null },
    ],
    [
      { aPost: 70, identified: false, notIdentifiedBecause: told('Wide.') },
      {
        aPost: 70,
        verdict: { is: 'not-identified', because: told('Wide.') },
        failed: [],
        byLevel: null,
      },
    ],
  ])('makes what format 7 said of a ceiling its verdict: %j', (stored, expected) => {
    const after = upgraded('ceiling-fit', stored, 7);
    expect(after).toEqual(expected);
    expect(upgraded('ceiling-fit', after, 7)).toEqual(expected);
    expect(upgraded('cell', { cell: { ceiling: stored } }, 7)).toMatchObject({
      cell: { ceiling: expected },
    });
  });

  it('says of every evaluation up to format 8 that its levels were not counted', () => {
    const result = { score: 40, perLevel: [40] };
    const point = { performance: 40, samples: 20 };
    const [counted, evaluated] = [
      { levels: null, ...result },
      { levels: null, ...point },
    ];
    const held = { base: result, branch: null, final: result };
    const heldCounted = { base: counted, branch: null, final: counted };
    const run = { base: result, final: result, heldOut: held, curve: [point], track: [point] };
    const whole = {
      base: counted,
      final: counted,
      heldOut: heldCounted,
      curve: [evaluated],
      track: [evaluated],
    };
    expect(upgraded('run-summary', run, 8)).toMatchObject(whole);
    expect(upgraded('run-state', { ...run, latest: result }, 8)).toMatchObject({
      ...whole,
      latest: counted,
    });
    const event = { type: 'benchmark', result, heldOut: null };
    expect(upgraded('run-event', event, 8)).toEqual({ ...event, result: counted });
    const { base, track } = run;
    const cell = { atBase: null, atBranch: result, atEnd: result, heldOut: held, track };
    expect(upgraded('results', { trunks: [{ base, track }], cells: [cell] }, 8)).toMatchObject({
      trunks: [{ base: counted, track: [evaluated] }],
      cells: [
        {
          atBase: null,
          atBranch: counted,
          atEnd: counted,
          heldOut: heldCounted,
          track: [evaluated],
        },
      ],
    });
  });

  it('lets configurations up to format 12 go on as they ran', () => {
    const before = { rl: { deviation: 'population' } };
    expect(upgraded('run-config', { rl: {} }, 12)).toEqual(before);
    expect(upgraded('run', { config: { rl: {} } }, 12)).toEqual({ config: before });
    expect(upgraded('study', { run: { rl: {} } }, 12)).toEqual({ run: before });
    // What is there stays; so it does in a study written by hand, which has no number.
    const chosen = { rl: { deviation: 'unbiased' } };
    expect(upgraded('run-config', chosen)).toEqual(chosen);
    expect(upgraded('run-config', { rl: 'damaged' }, 12)).toEqual({ rl: 'damaged' });
  });

  it('does nothing to what was written in the format of today', () => {
    const state = stamped({ step: 3 });
    expect(formatOf(state)).toBe(FORMAT);
    expect(upgraded('run-state', state)).toBe(state);
    expect(upgraded('run-state', { step: 3 }, FORMAT)).toEqual({ step: 3 });
  });

  it.each([null, 'none', 3, [null]])('leaves the damaged value %j to the schema', (value) => {
    expect(upgraded('results', value)).toEqual(value);
    expect(upgraded('results', { cells: value })).toEqual({ cells: value, rounds: [] });
  });

  it('refuses what a newer version wrote, and says what to do', () => {
    const newer = { ...stamped({}), format: FORMAT + 1 };
    expect(() => upgraded('cell', newer)).toThrow(LabError);
    expect(() => upgraded('cell', newer)).toThrow(
      new RegExp(`format ${FORMAT + 1}; this one reads up to ${FORMAT}.*reload`),
    );
  });
});
