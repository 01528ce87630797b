/**
 * Where the sentences of errors come from. Whoever has people before it, the page or the terminal,
 * loads a language (`words/en/speak.ts`); a worker that only sends codes and facts needs none.
 */
import type { Failure } from './schema/pieces';

type Sentences = Readonly<Record<string, unknown>>;
type Sentence = (facts: unknown) => string;

let spoken: Sentences = {};

/** Takes a sentence for each code, made from the facts of the case. */
export function speak(sentences: Sentences): void {
  spoken = sentences;
}

/** The sentence of a code; code and facts themselves where there is none for them. */
export function sentenceOf(code: string, facts: unknown): string {
  const sentence = Object.hasOwn(spoken, code) ? spoken[code] : null;
  try {
    if (sentence) return (sentence as Sentence)(facts);
  } catch {
    // The facts are of another version's error.
  }
  return `${code} ${JSON.stringify(facts ?? {})}`;
}

/** The sentence of what went wrong. */
export function failureSentence(failure: Failure): string {
  return failure.because === 'told' ? failure.text : sentenceOf(failure.code, failure.facts);
}
