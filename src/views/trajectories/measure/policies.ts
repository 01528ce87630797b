/** The policies that can measure a set: bases of its task, and checkpoints of runs on it. */
import type { RunRecord } from '../../../runtime/stores/runs';
import type { PolicyChoice } from '../../../runtime/runs/api';
import type { TaskSettings } from '../../../tasks';
import { isSameTask } from '../../../training/data/library-set';
import { presets } from '../../../training/configuration/presets';
import { runName } from '../../run/run-name';

interface PolicyOption {
  /** Tells it from the others of the list. */
  readonly key: string;
  readonly name: string;
  readonly policy: PolicyChoice;
}

const SLOTS = { branch: 'after SFT', final: 'at its end', latest: 'newest checkpoint' } as const;
type Slot = keyof typeof SLOTS;

function slotsOf({ status, summary }: RunRecord): Slot[] {
  if (status === 'finished') return ['branch', 'final'];
  return summary === null && status === 'failed' ? [] : ['latest'];
}

export function policiesFor(task: TaskSettings, runs: readonly RunRecord[]): PolicyOption[] {
  const bases = presets()
    .filter(({ config }) => isSameTask(config.task, task))
    .map(({ name, config }): PolicyOption => ({
      key: `base ${name}`,
      name: `base ${name}`,
      policy: { kind: 'base', config },
    }));
  const checkpoints = runs
    .filter(({ config }) => isSameTask(config.task, task))
    .flatMap((run) =>
      slotsOf(run).map((slot): PolicyOption => ({
        key: `${run.id} ${slot}`,
        name: `${runName(run)}, ${SLOTS[slot]}`,
        policy: { kind: 'checkpoint', runId: run.id, slot },
      })),
    );
  return [...bases, ...checkpoints];
}
