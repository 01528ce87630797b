import { describe, expect, it } from 'vitest';
import { entriesInOrder, GLOSSARY, glossaryMarkdown } from '../../../src/words/en/glossary';
import { CHAPTERS } from '../../../src/views/learn/chapters';

describe('the glossary', () => {
  it('is the docs page', async () => {
    await expect(glossaryMarkdown()).toMatchFileSnapshot('../../../docs/glossary.md');
  });

  it('names every term once', () => {
    const terms = entriesInOrder().map(({ entry }) => entry.term.toLowerCase());
    expect(new Set(terms).size).toBe(terms.length);
  });

  it('is listed as a dictionary is', () => {
    const terms = entriesInOrder().map(({ entry }) => entry.term);
    expect(terms).toEqual(terms.toSorted((a, b) => a.localeCompare(b, 'en')));
    expect(terms).toHaveLength(Object.keys(GLOSSARY).length);
  });

  it('leads to chapters that there are, by their number', () => {
    for (const { entry } of entriesInOrder()) {
      if (!entry.see) continue;
      const place = CHAPTERS.findIndex(({ name }) => `#/learn/${name}` === entry.see?.address);
      expect(entry.see.name).toBe(`chapter ${place + 1}`);
    }
  });

  it('explains a term in at most sixty words', () => {
    for (const { entry } of entriesInOrder()) {
      expect(entry.meaning.split(' ').length, entry.term).toBeLessThanOrEqual(60);
    }
  });
});
