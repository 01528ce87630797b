/** What every live part of the lesson trains: the model of the preset `micro`, from its base. */
import type { Engine } from '../engine/engine';
import type { RunConfig } from '../training/configuration/run-config';
import { presetNamed } from '../training/configuration/presets';

export interface LiveContext {
  /** Built for {@link LESSON_CONFIG}'s model. */
  readonly engine: Engine;
  readonly base: { readonly parameters: Float32Array; readonly flops: number };
}

/** The preset that a live part changes as it needs. */
export const LESSON_CONFIG: RunConfig = presetNamed('micro').config;
