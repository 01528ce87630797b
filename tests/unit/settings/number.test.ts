import { describe, expect, it } from 'vitest';
import {
  numberOf,
  numberProblem,
  numberText,
  readNumber,
  type NumberRange,
} from '../../../src/settings/number';

describe('a number that is typed', () => {
  it.each<[string, NumberRange, number | null]>([
    ['12', { isInteger: true }, 12],
    [' 12 ', { isInteger: true }, 12],
    ['12', { isInteger: true, most: 11 }, null],
    ['1e3', { isInteger: true }, null],
    ['1.5', { isInteger: true }, null],
    ['9007199254740992', { isInteger: true }, null],
    ['3e-4', {}, 3e-4],
    ['1E12', {}, 1e12],
    ['.5', {}, 0.5],
    ['-0.5', {}, -0.5],
    ['-0.5', { least: 0 }, null],
    ['0', { above: 0 }, null],
    ['1e-9', { above: 0 }, 1e-9],
    ['1e999', {}, null],
    ['2,5', {}, null],
    ['0x10', {}, null],
    ['', {}, null],
  ])('“%s” in %j is %s', (text, range, value) => {
    expect(readNumber(text, range)).toBe(value);
  });

  it.each<[NumberRange, string]>([
    [{ isInteger: true, least: 0, most: 10 }, 'an integer from 0 to 10'],
    [{ isInteger: true, least: 2 }, 'an integer from 2 on'],
    [{ above: 0, example: '9e10' }, 'a number above 0, for example 9e10'],
    [{ least: 0.1, most: 1000, unit: 'percent' }, 'a number from 0.1 to 1000 percent'],
    [{ words: 'a number from 0 to 1' }, 'a number from 0 to 1'],
    [{}, 'a number'],
  ])('that is none of %j is refused with “%s”', (range, allowed) => {
    const named = { subject: 'The size', ...range };
    expect(numberProblem('x', named)).toBe(`The size is “x”; it must be ${allowed}.`);
    expect(() => numberOf('x', named)).toThrow(`it must be ${allowed}.`);
  });

  it.each<[number, NumberRange]>([
    [9e10, {}],
    [1_500_000, { isInteger: true }],
    [3e-4, {}],
    [-2, {}],
  ])('is written as it is read: %s', (value, range) => {
    expect(readNumber(numberText(value, range), range)).toBe(value);
  });
});
