/** The chapters of the lesson in their order, and the pages beside them; loaders.ts has their code. */

interface Entry {
  /** In its address. */
  readonly name: string;
  readonly title: string;
  /** What its reader can answer at its end. */
  readonly question: string;
  /** Of a lesson of 45. */
  readonly minutes: number;
}

const ALL = [
  {
    name: 'guess',
    title: 'A model that guesses',
    question: 'How good is a model, and how sure can we be?',
    minutes: 5,
  },
  {
    name: 'imitate',
    title: 'Imitate an expert',
    question: 'What does SFT change, and what does the model take from it?',
    minutes: 6,
  },
  {
    name: 'phases',
    title: 'When imitation turns into memory',
    question: 'How can we see that SFT has gone on for too long?',
    minutes: 6,
  },
  {
    name: 'reward',
    title: 'Learn from your own attempts',
    question: 'What does a reward do to a token?',
    minutes: 7,
  },
] as const satisfies readonly Entry[];

export type ChapterName = (typeof ALL)[number]['name'];

export interface ChapterEntry extends Entry {
  readonly name: ChapterName;
}

export interface ChapterProps {
  readonly chapter: ChapterEntry;
}

export const CHAPTERS: readonly ChapterEntry[] = ALL;

/** Pages beside the chapters. */
export const SIDE_PAGES = [{ name: 'words', title: 'Terms' }] as const;

export type SidePageName = (typeof SIDE_PAGES)[number]['name'];

/** Address of a page of the lesson; `query` without its question mark. */
export function learnAddress(name: string | null, query = ''): string {
  const path = name === null ? '#/learn' : `#/learn/${name}`;
  return query === '' ? path : `${path}?${query}`;
}
