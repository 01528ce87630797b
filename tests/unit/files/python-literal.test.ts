import { describe, expect, it } from 'vitest';
import { pythonLiteral } from '../../../src/files/python-literal';

describe('what Python prints', () => {
  it.each<[string, unknown]>([
    ["{'a': 1, 'b': [True, None, -0.5]}", { a: 1, b: [true, null, -0.5] }],
    [`{"it's": 'a "word"', 'x': ('y',)}`, { "it's": 'a "word"', x: ['y'] }],
    [String.raw`'line\n\\ \'q\' \x41\u00e9\U0001F600 \d'`, "line\n\\ 'q' Aé😀 \\d"],
    ["{'loss': np.float64(0.25), 'n': numpy.int64(3)}", { loss: 0.25, n: 3 }],
    ['{1: 2, 1.5: (), }', { 1: 2, 1.5: [] }],
    ['[1e-3, +2, .5, 12345678901234567890]', [0.001, 2, 0.5, '12345678901234567890']],
    ['[nan, inf, -inf]', [NaN, Infinity, -Infinity]],
    ["{'__proto__': 1}", Object.fromEntries([['__proto__', 1]])],
  ])('%s is read', (text, value) => {
    expect(pythonLiteral(text)).toEqual(value);
  });

  it.each([
    ...['', '{', "{'a'}", "{'a': }", "{'a': 1", "'a", '[1 2]', '{} {}', 'x', 'null', 'np.f(1'],
    ...["{'a': datetime(2020)}", '['.repeat(5000), '1_000'],
  ])('%s is none of it', (text) => {
    expect(pythonLiteral(text)).toBeUndefined();
  });
});
