/** The methods of the RL stage: what a step learns from, as token tables. Pure functions. */
import type { RlSettings } from '../configuration/run-config';
import { groupRelative } from './group-relative';
import { hpt } from './hpt';
import type { Method } from './experience';
import { luffy } from './luffy';
import { prefixRft } from './prefix-rft';
import { srft } from './srft';

/** The method that the settings name. */
export function methodOf(settings: RlSettings): Method {
  const { method } = settings;
  switch (method.kind) {
    case 'group-relative':
      return groupRelative(settings);
    case 'luffy':
      return luffy(settings, method);
    case 'hpt':
      return hpt(settings, method);
    case 'srft':
      return srft(settings, method);
    case 'prefix-rft':
      return prefixRft(settings, method);
    default:
      return method satisfies never;
  }
}

export { isUnequal, selectExperience } from './experience';
export type { GatheredRows, Experience, Method } from './experience';
