/** All that the lab knows of a task: who needs something of it asks its entry. */
import type * as v from 'valibot';
import type { SetVariant, TaskPreset } from './preset';
import type { ExpertSettings, Task, TaskSettings } from './task';

/** A fault that sets can be made with. */
export type Fault = Extract<keyof ExpertSettings, 'skip' | 'wrong' | 'verbose'>;

export interface TaskEntry<Settings extends TaskSettings = TaskSettings> {
  /** What `kind` says in its settings. */
  readonly kind: Settings['kind'];
  /** The settings, field by field; `create` checks how they go together. */
  readonly settings: v.GenericSchema<unknown, Settings>;
  /** Throws an error of `task` where the settings are outside the task's limits. */
  create(settings: Settings): Task;
  /** How many levels a task has, without making it. */
  levelCount(settings: Settings): number;
  /**
   * Of each level: share of right answers of a policy that knows the form of an answer and nothing else,
   * from 0 to 1. Absent where it is not known.
   */
  chance?(settings: Settings): readonly number[];
  readonly expert: {
    /** Those of its expert, in the order of a form. */
    readonly faults: readonly Fault[];
    /** How they show in a trajectory, in sentences. */
    readonly note: string;
  };
  readonly presets: readonly TaskPreset<Settings>[];
  /** What sets can be made of beside the presets. */
  readonly variants: readonly SetVariant<Settings>[];
}
