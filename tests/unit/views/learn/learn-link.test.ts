import '../../../../src/words/en/speak';
import { describe, expect, it } from 'vitest';
import { GUESS_DEFAULTS, guessSettings } from '../../../../src/lesson/parts/guess';
import { REWARD_DEFAULTS, rewardSettings } from '../../../../src/lesson/parts/reward';
import { readLearnLink, viewQuery, writeLearnLink } from '../../../../src/views/learn/learn-link';

const read = (query: string) => readLearnLink(query, guessSettings, GUESS_DEFAULTS);

describe('the link of a chapter', () => {
  it('carries every setting and how the chapter is shown', () => {
    const query = 'seed=7&samples=64&controls=hidden&notes=shown';
    const link = read(query);
    expect(link).toEqual({
      settings: { seed: 7, samples: 64 },
      view: { controls: 'hidden', notes: 'shown' },
      problems: [],
    });
    expect(writeLearnLink(link, GUESS_DEFAULTS)).toBe(query);
  });

  it('is empty where all is as usual', () => {
    const link = read('');
    expect(link.settings).toEqual(GUESS_DEFAULTS);
    expect(writeLearnLink(link, GUESS_DEFAULTS)).toBe('');
    expect(viewQuery(link.view)).toBe('');
  });

  it.each([
    ['samples=7', 'samples is “7”; it must be 16, 64, 256 or 1024.'],
    ['seed=-1', 'seed is “-1”; it must be an integer from 0 to 9007199254740991.'],
    ['controls=no', 'controls is “no”; it must be shown or hidden.'],
    [
      'colour=red',
      'The link sets "colour", which a chapter does not have; it has: seed, samples, controls, notes.',
    ],
    ['seed=1&seed=2', 'The link gives “seed” 2 times (1, 2); the first was taken. Give it once.'],
  ])('says what is wrong with %s and keeps the rest', (query, sentence) => {
    const link = read(`${query}&notes=shown`);
    expect(link.problems).toEqual([sentence]);
    expect(link.view.notes).toBe('shown');
    expect(link.settings.samples).toBe(GUESS_DEFAULTS.samples);
  });

  it('carries rewards with their leading zeros', () => {
    for (const rewards of ['00110000', '10000001', 'verifier']) {
      const query = rewards === 'verifier' ? '' : `rewards=${rewards}`;
      const link = readLearnLink(query, rewardSettings, REWARD_DEFAULTS);
      expect(link.problems).toEqual([]);
      expect(link.settings.rewards).toBe(rewards);
    }
    expect(readLearnLink('rewards=12', rewardSettings, REWARD_DEFAULTS).problems).toEqual([
      'rewards is “12”; it must be a text of eight digits, each 0 or 1, such as 10010000, or “verifier”.',
    ]);
  });
});
