/** The chapters of the lesson in their order, and the pages beside them; loaders.ts has their code. */

interface Entry {
  /** In its address. */
  readonly name: string;
  readonly title: string;
  /** What its reader can answer at its end. */
  readonly question: string;
  /** With welcome and worksheet (plan.ts), all chapters together fill a lesson of 45. */
  readonly minutes: number;
  /** What the lecturer does, for the plan. */
  readonly doing: string;
}

const ALL = [
  {
    name: 'guess',
    title: 'A model that guesses',
    question: 'How good is a model, and how sure can we be?',
    minutes: 4,
    doing:
      'Ask for guesses at the success rate of one and of four operators, then press. Students repeat it with 16 problems and compare.',
  },
  {
    name: 'imitate',
    title: 'Imitate an expert',
    question: 'What does SFT change, and what does the model take from it?',
    minutes: 5,
    doing:
      'Train on one trajectory and watch the bars; ask whether that is good. Students predict 16 and 1,024.',
  },
  {
    name: 'phases',
    title: 'When imitation turns into memory',
    question: 'How can we see that SFT has gone on for too long?',
    minutes: 5,
    doing:
      'Let everybody draw training and validation loss before you train. Then move the band: the curves stay, the names change.',
  },
  {
    name: 'reward',
    title: 'Learn from your own attempts',
    question: 'What does a reward do to a token?',
    minutes: 6,
    doing:
      'Draw eight attempts, let the room compute one advantage by hand. Students flip a reward and say which tokens turn.',
  },
  {
    name: 'switch',
    title: 'When to switch',
    question: 'When should RL take over from SFT?',
    minutes: 6,
    doing:
      'Everybody predicts the highest end and saves it. Train; drop all files on the page, and look at the class beside the truth.',
  },
  {
    name: 'ceiling',
    title: 'The ceiling',
    question: 'How far can RL get, and can we know it?',
    minutes: 5,
    doing:
      'Everybody draws a curve over the first half and saves it; uncover, drop the files. Then show the lab’s fit, with level 4 and without.',
  },
  {
    name: 'scale',
    title: 'Scale and difficulty',
    question: 'Which trajectories raise the ceiling: more, or harder ones?',
    minutes: 4,
    doing:
      'Everybody drags the corners of the map and saves it. Uncover the study; drop the files, and ask what it leaves open.',
  },
  {
    name: 'rivals',
    title: 'The rivals',
    question: 'Who learns from whose tokens, and how much?',
    minutes: 4,
    doing:
      'Show GRPO, then ask before each other method which rows will turn blue. Students find a problem at which HPT imitates.',
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
export const SIDE_PAGES = [
  { name: 'words', title: 'Terms' },
  { name: 'worksheet', title: 'Worksheet' },
  { name: 'exercises', title: 'Exercises' },
  { name: 'lecturer', title: 'For the lecturer' },
] as const;

export type SidePageName = (typeof SIDE_PAGES)[number]['name'];

/** Address of a page of the lesson; `query` without its question mark. */
export function learnAddress(name: string | null, query = ''): string {
  const path = name === null ? '#/learn' : `#/learn/${name}`;
  return query === '' ? path : `${path}?${query}`;
}
