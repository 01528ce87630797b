/** How runs end, as records and lists tell it. */
import type { RunEvent, RunStatus } from '../../training/events';
import type { RunSummary } from '../../training/run-state';

export interface Ending {
  readonly status: Extract<RunStatus, 'stopped' | 'finished' | 'failed' | 'diverged'>;
  readonly detail: string | null;
  readonly summary: RunSummary | null;
}

/** How the run ends, if this event ends it. */
export function endingOf(event: RunEvent): Ending | null {
  switch (event.type) {
    case 'finished':
      return { status: 'finished', detail: null, summary: event.summary };
    case 'stopped':
      return { status: 'stopped', detail: null, summary: null };
    case 'diverged':
      return { status: 'diverged', detail: divergenceDetail(event), summary: null };
    default:
      return null;
  }
}

/** Such as "At SFT step 7: The loss is NaN." */
export function divergenceDetail({
  stage,
  step,
  reason,
}: Extract<RunEvent, { type: 'diverged' }>): string {
  return `At ${stage.toUpperCase()} step ${step}: ${reason}`;
}
