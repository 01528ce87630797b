/** The questions of the lesson: on paper, at the end of each chapter, and checked by a code. */
import { labelsOf, LEFT_OUT, type CodeFault } from '../../lesson/answer-code';
import { toDecimals } from '../../rounding';
import { counted } from './counted';

export interface Question {
  /** The name of the chapter that answers it. */
  readonly chapter: string;
  readonly text: string;
  readonly answers: readonly string[];
  /** Index of the right one. */
  readonly right: number;
  /** Why it is right, for whoever chose it and for whoever did not. */
  readonly because: string;
}

/** In the order of the chapters. A code names questions by their place: new ones go to the end of theirs. */
export const QUESTIONS: readonly Question[] = [
  {
    chapter: 'guess',
    text: 'A model answers 100 problems and gets 50 right; the 90% interval reaches from 42% to 58%. How many problems would it take to make it half as wide?',
    answers: ['150', '200', '400', '1,000'],
    right: 2,
    because:
      'The width falls with the square root of the number of samples: half the width takes four times as many.',
  },
  {
    chapter: 'imitate',
    text: 'After SFT on a single trajectory the model writes that solution with a probability of 99%. What do we know of its answers to new problems?',
    answers: [
      'Nearly all are right.',
      'About as many are right as the trajectory has steps.',
      'From this alone, nothing: it may have learned the one solution by heart.',
      'None are right.',
    ],
    right: 2,
    because:
      'SFT rewards likeness to the solution, not understanding. Only problems that it never learned from can tell.',
  },
  {
    chapter: 'phases',
    text: 'Training loss falls, validation loss has risen 15% above its lowest value. Which sub-phase is this, by the paper’s bands?',
    answers: ['adaptation', 'stable', 'mild overfitting', 'severe overfitting'],
    right: 3,
    because: 'Overfitting is severe from 10% above the lowest validation loss on.',
  },
  {
    chapter: 'reward',
    text: 'All eight attempts at a problem are right. What does an RL step learn from them?',
    answers: [
      'Nothing: all advantages are 0.',
      'All eight become more likely.',
      'The shortest of them becomes more likely.',
      'They become less likely, since the problem is too easy.',
    ],
    right: 0,
    because:
      'An advantage compares a reward with the mean of its group. Equal rewards leave nothing to compare.',
  },
  {
    chapter: 'switch',
    text: 'RL that branches off at the lowest validation loss ends at 76%; RL that branches off late, from an overfitted model, ends at 74%. With so few samples, luck alone makes a difference of 3 points. What do we know?',
    answers: [
      'RL from the lowest validation loss is better.',
      'This run does not tell which is better; more seeds or samples may.',
      'The moment of the switch does not matter.',
      'Overfitting does no harm.',
    ],
    right: 1,
    because:
      'A difference that luck alone can make decides nothing, either way. Other seeds and more samples may.',
  },
  {
    chapter: 'ceiling',
    text: 'A curve has flattened at 77%. Three levels of the benchmark are at 100%, the fourth is at 8% and has not begun to rise. What can be said of the ceiling?',
    answers: [
      'It is 77%, since the curve is flat.',
      'It is 100%, since RL learns everything in the end.',
      'At least 77%: the fourth level may yet add up to 23 points.',
      'Nothing at all.',
    ],
    right: 2,
    because:
      'What has been learned is accounted for; how far RL gets with a level that it has not begun, no point tells.',
  },
  {
    chapter: 'scale',
    text: 'A study says: the ceiling of a hard set is 99.6% (99.4 to 100), that of an easy one at least 86.5%. By how many points is the hard one higher?',
    answers: ['13.1', 'between 0 and 14', '0', 'at least 13.1'],
    right: 1,
    because:
      'The easy one’s ceiling lies anywhere from 86.5 up to nearly 100. It is known from below alone, so the difference may be anything from nothing to 14 points.',
  },
  {
    chapter: 'rivals',
    text: 'Two of eight own attempts at a problem are right, and an expert’s solution is at hand. Which method leaves the expert out here?',
    answers: [
      'HPT: it imitates only where every attempt fails.',
      'LUFFY: it learns from own attempts alone.',
      'SRFT: its demonstrations are for SFT alone.',
      'None: each of them learns from the expert in every step.',
    ],
    right: 0,
    because:
      'HPT turns to the expert only where the model never succeeds. LUFFY and SRFT use the expert in every group.',
  },
];

/** What is wrong with a code. */
export function codeSentence(fault: CodeFault): string {
  switch (fault.is) {
    case 'length':
      return `The code has ${toDecimals(fault.pairs, fault.pairs % 1 === 0 ? 0 : 1)} of ${counted(fault.wanted, 'label')}. Type one for each question, in their order; ${LEFT_OUT} stands for one that was left out.`;
    case 'pair': {
      const { answers } = QUESTIONS[fault.question]!;
      const labels = labelsOf(fault.question, answers.length).join(', ');
      return `“${fault.pair}” is none of question ${fault.question + 1}’s labels (${labels}): a typing error, or a pair at the wrong place. Look at the sheet again.`;
    }
    default:
      return fault satisfies never;
  }
}

/** How many answers are right. */
export function resultSentence(chosen: readonly (number | null)[]): string {
  const right = QUESTIONS.filter((question, i) => chosen[i] === question.right).length;
  return `${right} of ${counted(QUESTIONS.length, 'answer')} right.`;
}
