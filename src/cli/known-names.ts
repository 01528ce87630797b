/** The names that options take, as they are registered: the end of the help. */
import { STUDY_PRESETS } from '../studies/presets';
import { paradigms } from '../training/configuration/paradigms';
import { presets } from '../training/configuration/presets';

/** The longest line. */
const WIDTH = 100;

export function knownNames(): string {
  return [
    listed('presets', presets()),
    listed('presets of studies', STUDY_PRESETS),
    listed('paradigms', paradigms()),
  ].join('\n');
}

function listed(what: string, entries: readonly { readonly name: string }[]): string {
  const lines = [`  ${what}:`];
  for (const [i, { name }] of entries.entries()) {
    const word = i < entries.length - 1 ? `${name},` : name;
    const longer = `${lines.at(-1)!} ${word}`;
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`    ${word}`);
  }
  return lines.join('\n');
}
