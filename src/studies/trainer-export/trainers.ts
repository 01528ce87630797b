/** The trainers that there are exports for, and what an export is called: all that asking for one needs. */
import { fileStem } from '../../trajectories/files/export';

export const TRAINERS = ['trl', 'verl'] as const;
export type Trainer = (typeof TRAINERS)[number];

/** The name of the archive, and of its folder. */
export function exportName(study: string, trainer: Trainer): string {
  return `${fileStem(study)}-${trainer}`;
}
