/** Settings of a trainer as a file with a reason for each: YAML for TRL, overrides for verl. */

type Value = string | number | boolean | null | readonly (string | number)[] | { dtype: string };

/** A key, its value, and why it has it: the reason becomes a comment. */
export type Setting = readonly [key: string, value: Value, why?: string];

/** Settings below a heading. */
export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly Setting[];
}

/** JSON is YAML, but for one thing: PyYAML takes 1e-8 for a text, and 1.0e-8 for a number. */
function yamlValue(value: Value): string {
  return JSON.stringify(value).replace(/^(-?\d+)e/, '$1.0e');
}

export function yamlLines(groups: readonly SettingGroup[], indent = ''): string[] {
  return groups.flatMap(({ title, settings }) => [
    `${indent}# ${title}`,
    ...settings.map(([key, value, why]) => `${indent}${key}: ${yamlValue(value)}${after(why)}`),
  ]);
}

function after(why: string | undefined): string {
  return why === undefined ? '' : ` # ${why}`;
}

/** One override of Hydra a line; launch.sh passes over comments and puts in @ROOT@ and @MODEL@. */
export function overrideLines(groups: readonly SettingGroup[]): string[] {
  return groups.flatMap(({ title, settings }) => [
    `# ${title}`,
    ...settings.flatMap(([key, value, why]) => [
      ...(why === undefined ? [] : [`# ${why}`]),
      `${key}=${hydraValue(value)}`,
    ]),
  ]);
}

function hydraValue(value: Value): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return JSON.stringify(value).replaceAll('"', '');
  // Quotes keep the spaces and signs of a path.
  const text = String(value);
  return /^[\w.+-]+$/.test(text) ? text : `'${text}'`;
}

/** The largest divisor of a number that is at most `most`. */
export function divisorUpTo(number: number, most: number): number {
  for (let divisor = Math.min(number, most); divisor > 1; divisor--) {
    if (number % divisor === 0) return divisor;
  }
  return 1;
}
