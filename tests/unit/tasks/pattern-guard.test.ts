import { describe, expect, it } from 'vitest';
import { checkPattern } from '../../../src/tasks/own/pattern-guard';

describe('an answer pattern', () => {
  it.each(['(a+)+$', '(?:a*)*', '(a|ab)*x', '((a+)b)+', '(.*a){20}', '(\\d+,?)+', '(?<x>a{2,})+'])(
    'such as %s is refused before it runs',
    (pattern) => {
      expect(() => checkPattern(pattern)).toThrow(/may take longer than anyone waits/);
    },
  );

  it.each([
    ...[
      '#(.+)$',
      '= ?(\\d+)',
      '(\\d+)?',
      '[(a+)+]',
      '\\(a+\\)+',
      '(a|b)',
      '(abc)+',
      '-?\\d+(\\.\\d+)?',
    ],
    ...['answer: ([^.]+)', '\\{a+\\}', ')'],
  ])('such as %s may run', (pattern) => {
    expect(() => checkPattern(pattern)).not.toThrow();
  });
});
