/** The verifier's word on the trajectories of a table. */
import type { Task, Verification } from '../tasks';
import { tokensOf, type TrajectoryTable } from './table';

export function judgeRow(task: Task, table: TrajectoryTable, row: number): Verification {
  return task.verify(table.answers[row]!, tokensOf(table.completions, row));
}

export function isCorrect(task: Task, table: TrajectoryTable, row: number): boolean {
  return judgeRow(task, table, row).correct;
}
