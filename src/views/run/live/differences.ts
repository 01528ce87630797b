/** What sets a run apart from its preset, in words. */
import { presetNamed, PRESETS } from '../../../training/presets';
import type { RunConfig } from '../../../training/run-config';
import {
  choicesOf,
  NUMBERS,
  NUMBER_NAMES,
  SWITCH_POINTS,
  type NumberSpec,
} from '../setup/run-choices';

/** One phrase for each difference but set and seed, which every run is called by. */
export function differences(config: RunConfig): string[] {
  if (!PRESETS.some(({ name }) => name === config.preset)) return [];
  const chosen = choicesOf(config);
  const standard = choicesOf(presetNamed(config.preset).config);
  const phrases: string[] = [];
  if (chosen.switchPoint === 'step') {
    phrases.push(`switch at SFT step ${chosen.numbers.switchStep}`);
  } else if (chosen.switchPoint !== standard.switchPoint) {
    phrases.push(`switch ${SWITCH_POINTS[chosen.switchPoint]}`);
  }
  if (chosen.engine !== standard.engine) phrases.push(`engine ${chosen.engine}`);
  for (const name of NUMBER_NAMES) {
    if (name === 'seed' || name === 'switchStep') continue;
    if (chosen.numbers[name] === standard.numbers[name]) continue;
    const { label, unit }: NumberSpec = NUMBERS[name];
    phrases.push(`${label} ${chosen.numbers[name]} ${unit ?? ''}`.trim());
  }
  return phrases;
}
