/**
 * The sentences of all errors, one for each code: the value, the limit, the remedy. The parameter of
 * a sentence says which facts its error carries.
 */
import { LIBRARY_ERRORS } from './library-errors';
import { SETTING_ERRORS } from './setting-errors';
import { STORAGE_ERRORS } from './storage-errors';

export const ERRORS = {
  cancelled: () => 'Cancelled. Nothing was stored.',
  /** `reason` is the browser's or Node's own word. */
  'worker/lost': ({ role, reason }: { role: string; reason: string }) =>
    `A part of the lab, "${role}", could not be loaded or failed (${reason || 'no reason was given'}).`,
  ...LIBRARY_ERRORS,
  ...SETTING_ERRORS,
  ...STORAGE_ERRORS,
} as const;
