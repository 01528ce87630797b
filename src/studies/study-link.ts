/**
 * The part of an address that describes a study: its preset and what differs from it, such as
 * `preset=scale-difficulty&seeds=[0,1]&run.rl.steps=40`. Values are JSON; settings of the run may be
 * called by their short names: `rl-steps=40`.
 */
import { messageOf } from '../errors';
import { differences } from '../settings/path';
import { checkModel } from '../training/configuration/model-fit';
import { parseStudy } from './parse-study';
import { studyPresetNamed, STUDY_PRESETS } from './presets';
import type { StudyConfig } from './study-config';
import { withStudySetting } from './study-settings';

interface StudyLink {
  readonly study: StudyConfig;
  /** The preset that it was made from. */
  readonly preset: string;
  /** A sentence for each thing that could not be used; then the study is the preset's. */
  readonly problems: readonly string[];
}

/** Parts of an address that are the page's, not the study's. */
const PAGE_FLAGS = ['preset', 'autostart'];

/** The query of a study, without a question mark. */
export function writeStudyLink(study: StudyConfig, preset: string): string {
  const query = new URLSearchParams({ preset });
  for (const { path, to } of differences(studyPresetNamed(preset), study)) {
    query.set(path, JSON.stringify(to ?? null));
  }
  return query.toString();
}

/** Reads a query; what is wrong is named in `problems`. */
export function readStudyLink(queryText: string): StudyLink {
  const query = new URLSearchParams(queryText);
  const name = query.get('preset') ?? STUDY_PRESETS[0]!.name;
  try {
    const preset = studyPresetNamed(name);
    return { ...patched(preset, query), preset: preset.name };
  } catch (error) {
    const first = STUDY_PRESETS[0]!;
    return { study: first, preset: first.name, problems: [messageOf(error)] };
  }
}

function patched(
  preset: StudyConfig,
  query: URLSearchParams,
): { study: StudyConfig; problems: readonly string[] } {
  try {
    let study = preset;
    for (const [name, text] of query) {
      if (!PAGE_FLAGS.includes(name)) study = withStudySetting(study, name, text, 'The link');
    }
    checkModel(study.run);
    return { study: parseStudy(study), problems: [] };
  } catch (error) {
    return { study: preset, problems: [messageOf(error)] };
  }
}
