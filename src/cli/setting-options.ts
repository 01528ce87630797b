/** Settings as the terminal takes them: `--rl-steps 40`, and `--set rl.learningRate=3e-4` for any. */
import { isLabError } from '../errors';
import type { RunConfig } from '../training/configuration/run-config';
import type { Setting } from '../training/configuration/settings';
import { UsageError } from './usage';

/** What `parseArgs` read. */
type Values = Readonly<Record<string, unknown>>;

/** Settings that have an option of their own; a set's name is what `--set` takes alone. */
export function withOptions(settings: readonly Setting[]): (Setting & { readonly flag: string })[] {
  return settings.flatMap((setting) => {
    const { flag } = setting;
    return flag === undefined || flag === 'set' ? [] : [{ ...setting, flag }];
  });
}

/** The options that settings have of their own, for `parseArgs`. */
export function ownOptions(settings: readonly Setting[]) {
  const own = withOptions(settings).map(({ flag }) => [flag, { type: 'string' }] as const);
  return Object.fromEntries(own);
}

/** The options of settings, `--set` for any among them. */
export function settingOptions(settings: readonly Setting[]) {
  return { ...ownOptions(settings), set: { type: 'string', multiple: true } } as const;
}

/** A configuration with what the options of settings were given. */
export function withOptionsSet(
  config: RunConfig,
  settings: readonly Setting[],
  values: Values,
): RunConfig {
  return withOptions(settings).reduce((before, { flag, write }) => {
    const text = optionText(values, flag);
    return text === undefined ? before : readOption(flag, text, (value) => write(before, value));
  }, config);
}

/** What an option of a setting was given; undefined where it was not. */
export function optionText(values: Values, flag: string): string | undefined {
  const value = values[flag];
  return typeof value === 'string' ? value : undefined;
}

/** What `use` makes of an option's text; a refusal names the option. */
export function readOption<T>(flag: string, text: string, use: (text: string) => T): T {
  try {
    return use(text);
  } catch (error) {
    if (!isLabError(error, 'setting/refused')) throw error;
    throw new UsageError(`--${flag} is "${text}"; it must be ${error.facts.allowed}.`);
  }
}

/** The name and text of each `--set NAME=TEXT`; one without `=` has no name. */
export function assignmentsIn(values: Values): { name: string | null; text: string }[] {
  const all = Array.isArray(values.set) ? values.set.map(String) : [];
  return all.map((text) => {
    const end = text.indexOf('=');
    if (end < 0) return { name: null, text };
    return { name: text.slice(0, end).trim(), text: text.slice(end + 1).trim() };
  });
}
