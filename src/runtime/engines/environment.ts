/** What a trainer needs of the place it runs in: a browser's worker, or a test in Node. */
import type { ModelConfig } from '../../model/config';
import type { SetStore } from '../stores/sets';
import type { EngineChoice, RunConfig } from '../../training/configuration/run-config';
import type { Base } from './base';
import type { EngineOptions, MadeEngine } from './start';

export interface TrainerEnvironment {
  createEngine(
    config: ModelConfig,
    choice: EngineChoice,
    options?: EngineOptions,
  ): Promise<MadeEngine>;
  loadBase(config: RunConfig): Promise<Base>;
  /** Marks the run as live, so that no other tab takes it for interrupted; returns the release. */
  holdRun(id: string, takesOver?: boolean): Promise<() => void>;
  /** The library of trajectory sets; absent where there is none. */
  readonly library?: Pick<SetStore, 'listSets' | 'readRecord' | 'readTable' | 'saveMeasure'>;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Waits; tests wait less. A timer of the platform where it is absent. */
  readonly rest?: (milliseconds: number) => Promise<void>;
}
