import { levelChance } from '../tasks';
import type { StudyOutline } from './study-results';

/** What is known of guessing: the task says it, or whoever brought a study of others. */
export function chanceOf({ run, chance }: StudyOutline) {
  return run.task ? { taskChance: levelChance(run.task) } : { chance };
}
