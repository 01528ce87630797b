import { describe, expect, it } from 'vitest';
import {
  describeTuning,
  isSameTuning,
  knownFor,
  type KnownTuning,
  type Tuning,
  tuningReason,
} from '../../../src/engine/gpu-tuning';

const staged = { tile: 32, shared: true } as const;
const direct = { tile: 64, shared: false } as const;
const TUNING: Tuning = { forward: staged, backward: staged, weights: staged, weightWorkgroups: 8 };

const known = (source: KnownTuning['source'], adapter: string): KnownTuning => ({
  source,
  adapter,
  tuning: TUNING,
});
const here = { adapter: 'This GPU', tuning: TUNING };

describe('the tuning of a GPU', () => {
  it('is the first known one of the same adapter', () => {
    const list = [known('run', 'Another GPU'), known('earlier', 'This GPU')];
    expect(knownFor('This GPU', list)).toBe(list[1]);
    expect(knownFor('A third GPU', list)).toBeNull();
  });

  it.each([
    ['run', 'as in the run so far'],
    ['configuration', 'as the configuration says'],
    ['earlier', 'as timed on this adapter before'],
  ] as const)('says that it comes from: %s', (source, words) => {
    expect(tuningReason(here, [known(source, 'This GPU')], 'unused')).toBe(
      `Matrix products: tiles of 32 in shared memory, ${words}.`,
    );
  });

  it.each([
    ['run', 'The run so far had those of another adapter, Another GPU'],
    ['configuration', 'The configuration names those of another adapter, Another GPU'],
  ] as const)('says what changes where the %s has one of another adapter', (source, words) => {
    const reason = tuningReason(here, [known(source, 'Another GPU')], 'timed just now');
    expect(reason).toMatch(/^Matrix products: tiles of 32 in shared memory, timed just now\. /);
    expect(reason).toContain(words);
    expect(reason).toMatch(/last bits of all numbers may differ/);
  });

  it('is not measured against other runs’ adapters', () => {
    const reason = tuningReason(here, [known('earlier', 'Another GPU')], 'timed just now');
    expect(reason).toBe('Matrix products: tiles of 32 in shared memory, timed just now.');
  });

  it('is described form by form where its forms differ', () => {
    expect(describeTuning({ ...TUNING, backward: direct })).toBe(
      'forward tiles of 32 in shared memory, backward tiles of 64 without shared memory, weights tiles of 32 in shared memory',
    );
  });

  it.each<[string, Partial<Tuning>]>([
    ['a tile', { weights: { tile: 64, shared: true } }],
    ['shared memory', { backward: { tile: 32, shared: false } }],
    ['the pieces of a sum', { weightWorkgroups: 9 }],
  ])('is another one where it differs in %s', (_, change) => {
    expect(isSameTuning(TUNING, structuredClone(TUNING))).toBe(true);
    expect(isSameTuning(TUNING, { ...TUNING, ...change })).toBe(false);
  });
});
