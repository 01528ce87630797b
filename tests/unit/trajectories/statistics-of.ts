import type { Task } from '../../../src/tasks';
import { StatisticsTally, type SetStatistics } from '../../../src/trajectories/statistics';
import type { TrajectoryTable } from '../../../src/trajectories/table';

/** The statistics of one table. */
export function statisticsOf(task: Task, table: TrajectoryTable): SetStatistics {
  const tally = new StatisticsTally(task);
  tally.add(table);
  return tally.statistics();
}
