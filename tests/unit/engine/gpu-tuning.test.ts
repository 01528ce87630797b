import { describe, expect, it } from 'vitest';
import {
  describeTuning,
  isSameTuning,
  knownFor,
  precisionOf,
  type TuningNeeds,
  usesHalf,
  type KnownTuning,
  type Tuning,
  missedTuning,
} from '../../../src/engine/gpu-tuning';
import { tuningSentences } from '../../../src/words/en/reasons/engine-reasons';

const staged = { tile: 32, shared: true } as const;
const direct = { tile: 64, shared: false } as const;
const TUNING: Tuning = { forward: staged, backward: staged, weights: staged, weightWorkgroups: 8 };

const known = (source: KnownTuning['source'], adapter: string): KnownTuning => ({
  source,
  adapter,
  tuning: TUNING,
});
const needs = (adapter: string, changes: Partial<TuningNeeds> = {}): TuningNeeds => ({
  adapter,
  precision: 'f32',
  canBuild: () => true,
  ...changes,
});
const HALF: Tuning = { ...TUNING, forward: { ...staged, half: true }, precision: 'f16' };
const here = { adapter: 'This GPU', tuning: TUNING };
const justTimed = (list: readonly KnownTuning[]): string =>
  tuningSentences(here, {
    origin: { timed: 4, lacksHalf: false, withoutMatrix: null },
    missed: missedTuning(list, null),
  });

describe('the tuning of a GPU', () => {
  it('is the first known one of the same adapter', () => {
    const list = [known('run', 'Another GPU'), known('earlier', 'This GPU')];
    expect(knownFor(needs('This GPU'), list)).toBe(list[1]);
    expect(knownFor(needs('A third GPU'), list)).toBeNull();
  });

  it('is one of the precision that is asked for, and one that the device can build', () => {
    const half = { ...known('earlier', 'This GPU'), tuning: HALF };
    const list = [half, known('earlier', 'This GPU')];
    expect(knownFor(needs('This GPU'), list)).toBe(list[1]);
    expect(knownFor(needs('This GPU', { precision: 'f16' }), list)).toBe(half);
    const canBuild = (tuning: Tuning): boolean => !usesHalf(tuning);
    expect(knownFor(needs('This GPU', { precision: 'f16', canBuild }), list)).toBeNull();
    expect([TUNING, HALF].map(precisionOf)).toEqual(['f32', 'f16']);
  });

  it.each([
    ['run', 'as in the run so far'],
    ['configuration', 'as the configuration says'],
    ['earlier', 'as timed on this adapter before'],
  ] as const)('says that it comes from: %s', (source, words) => {
    const kept = known(source, 'This GPU');
    expect(tuningSentences(here, { origin: source, missed: missedTuning([kept], kept) })).toBe(
      `Matrix products: tiles of 32 in shared memory, ${words}.`,
    );
  });

  it.each([
    ['run', 'The run so far had those of another adapter, Another GPU'],
    ['configuration', 'The configuration names those of another adapter, Another GPU'],
  ] as const)('says what changes where the %s has one of another adapter', (source, words) => {
    const reason = justTimed([known(source, 'Another GPU')]);
    expect(reason).toMatch(
      /^Matrix products: tiles of 32 in shared memory, the fastest of 4 variants, timed just now\. /,
    );
    expect(reason).toContain(words);
    expect(reason).toMatch(/last bits of all numbers may differ/);
  });

  it('says what changes also where one of another run takes its place', () => {
    const kept = known('earlier', 'This GPU');
    const list = [known('run', 'Another GPU'), kept];
    expect(
      tuningSentences(here, { origin: kept.source, missed: missedTuning(list, kept) }),
    ).toMatch(
      /as timed on this adapter before\. The run so far had those of another adapter, Another GPU/,
    );
  });

  it('is not measured against other runs’ adapters', () => {
    const reason = justTimed([known('earlier', 'Another GPU')]);
    expect(reason).toBe(
      'Matrix products: tiles of 32 in shared memory, the fastest of 4 variants, timed just now.',
    );
  });

  it('says so where the run had another precision, or what the device no longer offers', () => {
    const half = { ...known('run', 'This GPU'), tuning: HALF };
    expect(justTimed([half])).toMatch(
      /had those of another precision, f16 \(forward tiles of 32 in shared memory in 16 bits,.*later digits/,
    );
    const units = { ...TUNING, weights: { ...staged, matrix: true } } as const;
    expect(justTimed([{ ...half, tuning: units }])).toMatch(
      /had others, which this device does not offer now \(.*by matrix units\): the last bits/,
    );
  });

  it('is described form by form where its forms differ', () => {
    expect(describeTuning({ ...TUNING, backward: direct })).toBe(
      'forward tiles of 32 in shared memory, backward tiles of 64 without shared memory, weights tiles of 32 in shared memory',
    );
  });

  it.each<[string, Partial<Tuning>]>([
    ['a tile', { weights: { tile: 64, shared: true } }],
    ['shared memory', { backward: { tile: 32, shared: false } }],
    ['16-bit floats', { forward: { ...staged, half: true } }],
    ['matrix units', { forward: { ...staged, matrix: true } }],
    ['the pieces of a sum', { weightWorkgroups: 9 }],
  ])('is another one where it differs in %s', (_, change) => {
    expect(isSameTuning(TUNING, structuredClone(TUNING))).toBe(true);
    expect(isSameTuning(TUNING, { ...TUNING, ...change })).toBe(false);
  });
});
