/** What sets a run apart from its preset, in words. */
import { paradigmNamed } from '../../../training/configuration/paradigms';
import type { RunConfig } from '../../../training/configuration/run-config';
import { PLAIN, RUN_NUMBERS, type NumberSetting } from '../../../training/configuration/settings';
import {
  choicesOf,
  choosesSwitch,
  furtherInWords,
  isKnown,
  numbersUsed,
  standardChoices,
  SWITCH_POINTS,
} from '../setup/run-choices';

/** One phrase for each difference but set and seed, which every run is called by. */
export function differences(config: RunConfig): string[] {
  if (!isKnown(config)) return [];
  const chosen = choicesOf(config);
  const standard = standardChoices(config.preset, chosen.paradigm);
  const phrases: string[] = [];
  if (chosen.paradigm !== PLAIN) phrases.push(paradigmNamed(chosen.paradigm).title);
  if (!choosesSwitch(chosen)) {
    // The paradigm says when.
  } else if (chosen.switchPoint === 'step') {
    phrases.push(`switch at SFT step ${chosen.numbers.switchStep}`);
  } else if (chosen.switchPoint !== standard.switchPoint) {
    phrases.push(`switch ${SWITCH_POINTS[chosen.switchPoint]}`);
  }
  if (chosen.engine !== standard.engine) phrases.push(`engine ${chosen.engine}`);
  for (const name of numbersUsed(chosen)) {
    if (name === 'seed' || name === 'switchStep') continue;
    if (chosen.numbers[name] === standard.numbers[name]) continue;
    const { fieldLabel, unit }: NumberSetting = RUN_NUMBERS[name];
    phrases.push(`${fieldLabel} ${chosen.numbers[name]} ${unit ?? ''}`.trim());
  }
  return [...phrases, ...furtherInWords(chosen)];
}
