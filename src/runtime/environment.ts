/** What a trainer needs of the place it runs in: a browser's worker, or a test in Node. */
import type { Engine } from '../engine/engine';
import type { ModelConfig } from '../model/config';
import type { EngineChoice, RunConfig } from '../training/run-config';
import type { Base } from './base';
import type { EngineReport } from './contracts';

export interface TrainerEnvironment {
  createEngine(
    config: ModelConfig,
    choice: EngineChoice,
  ): Promise<{ engine: Engine; report: EngineReport }>;
  loadBase(config: RunConfig): Promise<Base>;
  /** Marks the run as live, so that no other tab takes it for interrupted; returns the release. */
  holdRun(id: string): Promise<() => void>;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}
