import { describe, expect, it } from 'vitest';
import { numberOf } from '../../../src/tasks/own/number-text';

describe('a number in an answer', () => {
  it.each<[string, number | null]>([
    ['42', 42],
    [' -1.5 ', -1.5],
    ['−2', -2],
    ['1,234,567.5', 1234567.5],
    ['1,23', null],
    ['$5', 5],
    ['-$5.20', -5.2],
    ['$42$', 42],
    ['45.3%', 45.3],
    ['45\\%', 45],
    ['3/4', 0.75],
    ['\\frac{3}{4}', 0.75],
    ['-\\dfrac{1}{2}', -0.5],
    ['1/0', null],
    ['1/2/3', null],
    ['7.', 7],
    ['1e3', 1000],
    ['', null],
    ['x', null],
    ['4 apples', null],
    ['0x10', null],
    ['Infinity', null],
  ])('%j is %s', (text, value) => {
    expect(numberOf(text)).toBe(value);
  });
});
