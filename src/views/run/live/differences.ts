/** What sets a run apart from its preset, in words. */
import { paradigmNamed, paradigms } from '../../../training/configuration/paradigms';
import { presets } from '../../../training/configuration/presets';
import type { RunConfig } from '../../../training/configuration/run-config';
import {
  choicesOf,
  choosesSwitch,
  NUMBERS,
  numbersUsed,
  PLAIN,
  standardChoices,
  SWITCH_POINTS,
  type NumberSpec,
} from '../setup/run-choices';

/** One phrase for each difference but set and seed, which every run is called by. */
export function differences(config: RunConfig): string[] {
  if (!presets().some(({ name }) => name === config.preset)) return [];
  const chosen = choicesOf(config);
  if (!paradigms().some(({ name }) => name === config.paradigm)) return [];
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
    const { label, unit }: NumberSpec = NUMBERS[name];
    phrases.push(`${label} ${chosen.numbers[name]} ${unit ?? ''}`.trim());
  }
  return phrases;
}
