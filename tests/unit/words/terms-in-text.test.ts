import { describe, expect, it } from 'vitest';
import { GLOSSARY } from '../../../src/words/en/glossary';
import { termParts } from '../../../src/words/en/terms-in-text';

const termsIn = (text: string) =>
  termParts(text).flatMap(({ text: part, id }) => (id === null ? [] : [[part, id]]));

describe('terms in a text', () => {
  it.each([
    ['Loss of SFT, nats per token', [['nats', 'nats']]],
    [
      'KL to the branch point',
      [
        ['KL', 'kl'],
        ['branch point', 'branch'],
      ],
    ],
    ['Clip ratio', [['Clip ratio', 'clip-ratio']]],
    ['pass@k', [['pass@k', 'pass-at-k']]],
    ['The ceiling is not identified.', [['not identified', 'identified']]],
    [
      'A_post = P_sft + PL_rl',
      [
        ['A_post', 'a-post'],
        ['P_sft', 'p-sft'],
        ['PL_rl', 'pl-rl'],
      ],
    ],
    ['a klutz and donations', []],
    ['', []],
  ])('of “%s” are found whole', (text, wanted) => {
    expect(termsIn(text)).toEqual(wanted);
  });

  it('lose nothing of the text between them', () => {
    const texts = Object.values(GLOSSARY).map(({ meaning }) => meaning);
    for (const text of texts) {
      expect(
        termParts(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }
  });
});
