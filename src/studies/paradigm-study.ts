/** The comparison of a preset's paradigms as a study: each a run of its own, at equal compute. */
import { onEqualTerms } from '../training/configuration/paradigms';
import type { Preset } from '../training/configuration/presets';
import type { StudyConfig } from './study-config';

/** Without sets: the sequence is one paradigm among the others, and switches as the preset's run does. */
export function paradigmStudy(
  preset: Preset,
  { names, seeds }: { names: readonly string[]; seeds: readonly number[] },
): StudyConfig {
  return {
    version: 1,
    name: `paradigms-${preset.name}`,
    title: `Paradigms on ${preset.title.toLowerCase()}`,
    description: 'Every paradigm from the same base, on the same problems, with the same compute.',
    run: onEqualTerms(preset),
    sets: [],
    branches: [],
    paradigms: [...names],
    furtherRl: null,
    seeds: [...seeds],
  };
}
