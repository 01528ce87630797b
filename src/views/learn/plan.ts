/** The lesson by the minute. */
import { CHAPTERS } from './chapters';

export interface PlanStep {
  readonly title: string;
  readonly minutes: number;
  /** What the lecturer does. */
  readonly doing: string;
  /** The chapter that it is about; null where it is about none. */
  readonly chapter: string | null;
}

function chapterSteps(): PlanStep[] {
  return CHAPTERS.map(({ name, ...step }) => ({ ...step, chapter: name }));
}

export const PLAN: readonly PlanStep[] = [
  {
    title: 'Welcome',
    minutes: 2,
    doing: 'Show the QR code of the lesson; everybody opens it.',
    chapter: null,
  },
  ...chapterSteps(),
  {
    title: 'Worksheet',
    minutes: 4,
    doing: 'Everybody fills it in and types the code; talk about the question most got wrong.',
    chapter: null,
  },
];

/** How long the lesson is. */
export const PLAN_MINUTES = PLAN.reduce((sum, { minutes }) => sum + minutes, 0);

/** At which minute each step begins. */
export function minutesOf(plan: readonly PlanStep[]): number[] {
  let start = 0;
  return plan.map(({ minutes }) => {
    const begins = start;
    start += minutes;
    return begins;
  });
}
