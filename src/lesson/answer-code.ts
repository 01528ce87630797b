/**
 * The code of a filled-in worksheet: for each question a letter and a digit. The letter stands for the
 * chosen answer, the digit is its check, so that a wrong character, two characters that changed places,
 * and a pair at its neighbour's place are all noticed. The labels are printed beside the answers:
 * whoever has a pen can put a code together.
 */

/** None is mistaken for another in handwriting. */
const LETTERS = 'ACDEFHJKLMNPQRTUVWXY';
const DIGITS = '2345679';

/** What stands for a question that was left out. */
export const LEFT_OUT = '--';

/** The label of an answer, such as K3; both count from 0. A question has up to four answers. */
export function labelOf(question: number, answer: number): string {
  // Multiples of 5 tell answers apart, those of 7 tell questions apart: none has its neighbour's letters.
  const letter = LETTERS[(7 * question + 5 * answer + 2) % LETTERS.length]!;
  return `${letter}${DIGITS[(3 * question + 2 * answer + 1) % DIGITS.length]!}`;
}

/** The labels of a question's answers. */
export function labelsOf(question: number, answers: number): string[] {
  return Array.from({ length: answers }, (_, answer) => labelOf(question, answer));
}

export type CodeFault =
  | { readonly is: 'length'; readonly pairs: number; readonly wanted: number }
  | { readonly is: 'pair'; readonly question: number; readonly pair: string };

export type ReadCode =
  /** The chosen answer of each question; null where it was left out. */
  | { readonly ok: true; readonly chosen: readonly (number | null)[] }
  /** Everything in it that is not an answer, in order. */
  | { readonly ok: false; readonly faults: readonly CodeFault[] };

/**
 * Reads a code, whatever its case, spaces and line breaks.
 * @param answers how many answers each question has
 */
export function readCode(text: string, answers: readonly number[]): ReadCode {
  const letters = [
    ...text
      .toUpperCase()
      .replace(/[\s,;.]/g, '')
      .replace(/[–—]/g, '-'),
  ];
  const pairs: string[] = [];
  for (let i = 0; i < letters.length; i += 2) pairs.push(letters.slice(i, i + 2).join(''));
  const isWhole = pairs.length === answers.length && letters.length % 2 === 0;
  const faults: CodeFault[] = isWhole
    ? []
    : [{ is: 'length', pairs: letters.length / 2, wanted: answers.length }];
  const chosen = pairs.slice(0, answers.length).map((pair, question) => {
    if (pair === LEFT_OUT) return null;
    const answer = labelsOf(question, answers[question]!).indexOf(pair);
    if (answer < 0) faults.push({ is: 'pair', question, pair });
    return answer;
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, chosen };
}
