/** What is known of a ceiling, and why no more. */
import type { FailedEvaluation } from '../../../theory/ceilings/data';
import type { CeilingReason } from '../../../theory/ceilings/reasons';
import type { CeilingVerdict, OpenLevel } from '../../../theory/ceilings/verdict';
import { failureSentence } from '../../../sentences';
import { counted } from '../counted';
import { toDecimals } from '../../../rounding';

export function ceilingSentence(reason: CeilingReason): string {
  switch (reason.because) {
    case 'unbent':
      return `The curve has not bent yet: half of the gain lies at ${toDecimals(reason.mid, 2)} times the RL compute spent, more than ${reason.latest}. Run more RL steps.`;
    case 'wide':
      return `The ${Math.round(100 * reason.confidence)}% interval of the ceiling is ${toDecimals(reason.width, 1)} points wide, more than ${reason.widest}. Run more RL steps, take more benchmark samples or add seeds.`;
    case 'late-rise':
      return `Performance rises at the end: the last ${reason.evaluations === 1 ? 'evaluation lies' : `${reason.evaluations} evaluations lie`} ${toDecimals(reason.rise, 1)} points above the curve that fits the others. Run more RL steps.`;
    case 'unfinished':
      return 'The run has not finished.';
    case 'diverged':
      return 'The run diverged.';
    case 'no-base':
      return 'The score of the base was not kept.';
    case 'error':
    case 'told':
      return failureSentence(reason);
    default:
      return reason satisfies never;
  }
}

/** A verdict in a word or two. */
export const VERDICT_WORDS = {
  identified: 'identified',
  'at-least': 'at least',
  'not-identified': 'not identified',
  'no-signal': 'no signal',
} as const satisfies Readonly<Record<CeilingVerdict['is'], string>>;

/** A verdict as a sentence that its reason follows. */
export const VERDICT_LEADS = {
  identified: 'The ceiling is identified.',
  'at-least': 'The ceiling is known from below alone.',
  'not-identified': 'The ceiling is not identified.',
  'no-signal': 'The curve shows no ceiling.',
} as const satisfies Readonly<Record<CeilingVerdict['is'], string>>;

/** A ceiling in a word: "86.5" where it is known, "≥ 86.5" where from below alone, or the verdict. */
export function ceilingWord({
  verdict,
  aPost,
}: {
  readonly verdict: CeilingVerdict;
  readonly aPost: number;
}): string {
  if (verdict.is === 'identified') return toDecimals(aPost, 1);
  if (verdict.is === 'at-least') return `≥ ${toDecimals(verdict.atLeast, 1)}`;
  return VERDICT_WORDS[verdict.is];
}

/** Why a ceiling is not known, or known from below alone; null where it is known. */
export function verdictSentence(verdict: CeilingVerdict): string | null {
  switch (verdict.is) {
    case 'identified':
      return null;
    case 'at-least':
      return `At least ${toDecimals(verdict.atLeast, 1)}; ${openWords(verdict.open)}.`;
    case 'not-identified':
      return ceilingSentence(verdict.because);
    case 'no-signal':
      return `RL had no signal: over ${counted(verdict.evaluations, 'evaluation')} performance moved by ${toDecimals(verdict.moved, 1)} points, no more than the ${toDecimals(verdict.noise, 1)} that noise alone explains. Give RL problems that it sometimes solves, run more steps, or take more samples.`;
    default:
      return verdict satisfies never;
  }
}

/** The sentence of a fit's verdict, or of why there is no fit; null where the ceiling is known. */
export function whyNotKnown(
  ceiling: { readonly verdict: CeilingVerdict } | null,
  noCeilingBecause: CeilingReason | null,
): string | null {
  if (ceiling) return verdictSentence(ceiling.verdict);
  return noCeilingBecause && ceilingSentence(noCeilingBecause);
}

/**
 * That one evaluation failed, with compute in the words of the place.
 * @param whose such as " of seed 2", where several are fitted together
 */
export function failedSentence(
  { performance, expected }: FailedEvaluation,
  compute: string,
  whose = '',
): string {
  return `The evaluation${whose} at compute ${compute} failed: ${toDecimals(performance, 1)}, where its neighbours let expect ${toDecimals(expected, 1)}. It is left out.`;
}

/** Such as "levels 5 and 6 have not begun and could add up to 13 points". */
function openWords(open: readonly OpenLevel[]): string {
  const of = (state: OpenLevel['state']): string[] => {
    const levels = open.filter((level) => level.state === state);
    if (levels.length === 0) return [];
    const [names, isOne] = [listed(levels.map(({ level }) => level)), levels.length === 1];
    const at = listed(levels.map(({ now }) => `${toDecimals(now, 0)}%`));
    const points = levels.reduce((sum, { add }) => sum + add, 0);
    const does = {
      'not-begun': isOne ? 'has not begun' : 'have not begun',
      rising: isOne ? 'is still rising' : 'are still rising',
      resting: isOne ? `rests at ${at}` : `rest at ${at}`,
    }[state];
    return [
      `${isOne ? 'level' : 'levels'} ${names} ${does} and could add up to ${counted(Math.ceil(points), 'point')}`,
    ];
  };
  return [...of('not-begun'), ...of('rising'), ...of('resting')].join('; ');
}

/** Such as "4, 5 and 6". */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
