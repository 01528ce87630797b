/**
 * The methods of the RL stage: what a step learns from, as token tables. Pure functions. Each is known
 * by its entry: see CONTRIBUTING.md, "Adding a method".
 */
import * as v from 'valibot';
import { Registry } from '../../registry';
import type { GroupSettings } from '../configuration/rl-settings';
import type { MethodEntry, MethodSettings } from './entry';
import type { Method } from './experience';
import { GROUP_RELATIVE } from './group-relative';
import { HPT } from './hpt';
import { LUFFY } from './luffy';
import { PREFIX_RFT } from './prefix-rft';
import { SRFT } from './srft';

export const METHODS = new Registry<MethodEntry>('method', ({ kind }) => kind, [
  GROUP_RELATIVE,
  LUFFY,
  HPT,
  SRFT,
  PREFIX_RFT,
]);

/** Settings of any registered method. */
export const methodSettings = v.lazy(() => {
  const known = METHODS.all().map(({ settings }) => settings) as v.VariantOptions<'kind'>;
  return v.variant('kind', known) as v.GenericSchema<unknown, MethodSettings>;
});

/** The settings of a method, those that are not given as its paper has them. */
export function settingsOf(
  kind: string,
  given: Readonly<Record<string, unknown>> = {},
): MethodSettings {
  return v.parse(METHODS.named(kind).settings, { ...given, kind });
}

/** On the policy's own attempts alone: the method of a configuration that names none. */
export const OWN_ATTEMPTS: MethodSettings = settingsOf(GROUP_RELATIVE.kind);

/** The method that the settings name. */
export function methodOf(rl: GroupSettings & { readonly method: MethodSettings }): Method {
  return METHODS.named(rl.method.kind).create(rl, rl.method);
}

/** Whether what is learned needs an expert's solution of every prompt. */
export function needsDemonstrations({ method }: { readonly method: MethodSettings }): boolean {
  return METHODS.named(method.kind).needsDemonstrations;
}

export type { MethodEntry } from './entry';
export { isUnequal, selectExperience } from './experience';
export type { GatheredRows, Experience, Method } from './experience';
