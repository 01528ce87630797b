/** Numbers as they are typed into the forms of this page. */

export interface NumberLimits {
  /** As a sentence about it begins. */
  readonly subject: string;
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

/** Why `text` is no such number; null where it is one. */
export function textProblem(text: string, limits: NumberLimits): string | null {
  const { subject, least, most, isWhole } = limits;
  const value = Number(text);
  const form = isWhole ? /^\d+$/ : /^\d+(\.\d+)?$/;
  if (form.test(text.trim()) && value >= least && value <= most) return null;
  const kind = isWhole ? 'an integer' : 'a number';
  return `${subject} is “${text}”; it must be ${kind} from ${least} to ${most}.`;
}

export const SEED: NumberLimits = {
  subject: 'The seed',
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  isWhole: true,
};

/** Sets beyond this take longer to make and hold than the page should promise. */
export const SIZE: NumberLimits = {
  subject: 'The size',
  least: 1,
  most: 500_000,
  isWhole: true,
};

export function percents(subject: string): NumberLimits {
  return { subject, least: 0, most: 100, isWhole: false };
}
