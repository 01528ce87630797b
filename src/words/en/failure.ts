/** What went wrong, of a reason that was kept. */
import type { Failure } from '../../schema/pieces';
import { ERRORS } from './errors';

/** Its sentence; what another version of the lab kept, and this one has no sentence for, is named. */
export function failureSentence(failure: Failure): string {
  if (failure.because === 'told') return failure.text;
  const { code, facts } = failure;
  const sentence = Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS] : null;
  try {
    if (sentence) return (sentence as (facts: unknown) => string)(facts);
  } catch {
    // The facts are not those of this version's sentence.
  }
  return `The reason is "${code}", of which this version of the lab knows no more.`;
}
