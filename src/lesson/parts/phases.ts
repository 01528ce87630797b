/** Chapter 3: the validation loss of SFT falls, settles and rises again. */
import * as v from 'valibot';
import { seed, type DataOf } from '../../schema/pieces';
import type { SubPhaseSettings } from '../../theory';
import { setNamed, presetNamed } from '../../training/configuration/presets';
import type { RunConfig } from '../../training/configuration/run-config';
import type { RunEvent } from '../../training/events';
import { trainSftRun } from '../../training/run';
import { LESSON_CONFIG, type LiveContext } from '../context';

/** In percent: how far above its lowest the loss still counts as stable. */
export const BAND_CHOICES = [0.5, 1, 2, 4, 8] as const;

export const phaseSettings = v.object({ seed, within: v.picklist(BAND_CHOICES) });

export interface PhaseSettings extends DataOf<typeof phaseSettings> {}

export const PHASE_DEFAULTS: PhaseSettings = { seed: 0, within: 2 };

/** By then the sixty trajectories are known by heart. */
export const SFT_STEPS = 180;

/** Overfitting is severe from five times the band on, as 10% is of the paper's 2%. */
const SEVERE_TIMES = 5;

/** The bands by which the sub-phases are told apart. */
export function bands(within: number): SubPhaseSettings {
  return {
    ...LESSON_CONFIG.subPhases,
    stableWithin: within / 100,
    severeFrom: (SEVERE_TIMES * within) / 100,
  };
}

/** SFT on few trajectories, which it soon knows by heart. */
export function phasesConfig({ seed: chosen }: Pick<PhaseSettings, 'seed'>): RunConfig {
  return {
    ...LESSON_CONFIG,
    seed: chosen,
    trajectories: setNamed(presetNamed(LESSON_CONFIG.preset), 'tiny'),
    switch: { at: 'end' },
    sft: { ...LESSON_CONFIG.sft, steps: SFT_STEPS, evaluations: 30 },
    evaluation: {
      ...LESSON_CONFIG.evaluation,
      problemsPerLevel: 2,
      samples: 1,
      validationSize: 160,
    },
  };
}

export type PhaseNews = Extract<RunEvent, { type: 'sft-step' | 'validation' }>;

export async function* phases(
  context: LiveContext,
  settings: Pick<PhaseSettings, 'seed'>,
): AsyncGenerator<PhaseNews, void> {
  const run = trainSftRun(phasesConfig(settings), {
    ...context,
    resumeFrom: null,
    requests: { switchNow: false },
  });
  for await (const event of run) {
    if (event.type === 'sft-step' || event.type === 'validation') yield event;
  }
}
