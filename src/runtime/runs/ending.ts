/** How runs end, as records and lists tell it. */
import { divergedAt, type EndingReason } from '../../training/divergence';
import type { RunEvent, RunStatus } from '../../training/events';
import type { RunSummary } from '../../training/run-state';

export interface Ending {
  readonly status: Extract<RunStatus, 'stopped' | 'finished' | 'failed' | 'diverged'>;
  readonly detail: EndingReason | null;
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
      return { status: 'diverged', detail: divergedAt(event), summary: null };
    default:
      return null;
  }
}
