/** Which engines did a study's work, as its bundle says. */
import type { GpuTuning } from '../../engine/gpu-tuning';
import type { StudyKeeper, StudyWork } from '../stores/studies';
import type { JobTable } from './job-table';

/** Stands for the engine of work that was kept before engines were. */
export const UNRECORDED_ENGINE = 'not recorded: computed by an earlier version of the lab';

/** The engines of a study's work, in words; work that names none has an unrecorded one. */
export function enginesUsed({ engines, trunks, cells }: StudyWork): readonly string[] {
  const isOlder = engines.length === 0 && trunks.length + cells.length > 0;
  return isOlder ? [UNRECORDED_ENGINE] : engines;
}

/** One line of a bundle about the engines. */
export function enginesInWords(work: StudyWork): string {
  return enginesUsed(work).join('; ');
}

/** The GPU's tuning in what is kept of the first SFT run, or else of a job in progress; null without. */
export async function keptTuning(
  { trunks: [sftRun] }: StudyWork,
  { jobs }: JobTable,
  keeper: StudyKeeper,
): Promise<GpuTuning | null> {
  for (const { step } of sftRun?.validation ?? []) {
    const point = await keeper.readPoint(`${sftRun!.set}/${sftRun!.seed}`, step);
    if (point) return point.state.gpu;
  }
  for (const { plan, status } of jobs) {
    const kept = status === 'waiting' ? await keeper.readCheckpoint(plan.id) : null;
    if (kept) return kept.checkpoint.state.gpu;
  }
  return null;
}
