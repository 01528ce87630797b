/** Numbers that several forms of this page ask for. */
import type { NamedRange } from '../../settings/number';
import { RUN_NUMBERS } from '../../training/configuration/settings';

export const SEED: NamedRange = { ...RUN_NUMBERS.seed.range, example: undefined };

/** Sets beyond this take longer to make and hold than the page should promise. */
export const SIZE: NamedRange = {
  subject: 'The size',
  least: 1,
  most: 500_000,
  isInteger: true,
};

export function percents(subject: string): NamedRange {
  return { subject, least: 0, most: 100 };
}
