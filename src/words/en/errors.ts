/**
 * The sentences of all errors, one for each code: the value, the limit, the remedy. The parameter of
 * a sentence says which facts its error carries.
 */
import { LIBRARY_ERRORS } from './library-errors';
import { STORAGE_ERRORS } from './storage-errors';

export const ERRORS = {
  cancelled: () => 'Cancelled. Nothing was stored.',
  ...LIBRARY_ERRORS,
  ...STORAGE_ERRORS,
} as const;
