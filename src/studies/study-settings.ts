/** The settings of a study in a link and in the terminal: its own by their paths, a run's by its names. */
import { assigned } from '../settings/assign';
import { SETTINGS, settingFor, type Setting } from '../training/configuration/settings';
import { studyConfig, type StudyConfig } from './study-config';

/** What a study puts in cell by cell, so that its run's own value would have no effect. */
const VARIED = ['seed', 'trajectories', 'switch', 'switch.step', 'sft.steps'];

/** Settings of a run that are the same in every cell of a study. */
export const SHARED_SETTINGS: readonly Setting[] = SETTINGS.filter(
  ({ path }) => !VARIED.includes(path),
);

/**
 * A study with another value of the setting called `name`: a run's short name such as `rl-steps`, or a
 * path such as `run.rl.steps`. Only the value is checked: parseStudy checks how it goes with others.
 * @param by who sets it, as a sentence begins: `The link`
 */
export function withStudySetting(
  study: StudyConfig,
  name: string,
  text: string,
  by: string,
): StudyConfig {
  const setting = settingFor(name.replace(/^run\./, ''), text);
  if (setting && SHARED_SETTINGS.includes(setting))
    return { ...study, run: setting.write(study.run, text) };
  return assigned(study, name, text, { schema: studyConfig, what: 'study', by });
}
