/**
 * The sentences of all errors, one for each code: the value, the limit, the remedy. The parameter of
 * a sentence says which facts its error carries.
 */
import { CONFIG_ERRORS } from './config-errors';
import { ENGINE_ERRORS } from './engine-errors';
import { EXPORT_ERRORS } from './export-errors';
import { FILE_ERRORS } from './file-errors';
import { LIBRARY_ERRORS } from './library-errors';
import { SETTING_ERRORS } from './setting-errors';
import { MODEL_ERRORS } from './model-errors';
import { PAGE_ERRORS } from './page-errors';
import { PREDICTION_ERRORS } from './prediction-errors';
import { RUNTIME_ERRORS } from './runtime-errors';
import { SET_ERRORS } from './set-errors';
import { STORAGE_ERRORS } from './storage-errors';
import { STUDY_ERRORS } from './study-errors';
import { TASK_ERRORS } from './task-errors';
import { THEORY_ERRORS } from './theory-errors';

export const ERRORS = {
  cancelled: () => 'Cancelled. Nothing was stored.',
  /** `reason` is the browser's or Node's own word. */
  'worker/lost': ({ role, reason }: { role: string; reason: string }) =>
    `A part of the lab, "${role}", could not be loaded or failed (${reason || 'no reason was given'}).`,
  'worker/silent': ({ role, seconds }: { role: string; seconds: number }) =>
    `A part of the lab, "${role}", gave no sign of life for ${seconds} seconds and was ended.`,
  ...CONFIG_ERRORS,
  ...ENGINE_ERRORS,
  ...EXPORT_ERRORS,
  ...FILE_ERRORS,
  ...LIBRARY_ERRORS,
  ...SETTING_ERRORS,
  ...MODEL_ERRORS,
  ...PAGE_ERRORS,
  ...PREDICTION_ERRORS,
  ...RUNTIME_ERRORS,
  ...SET_ERRORS,
  ...STORAGE_ERRORS,
  ...STUDY_ERRORS,
  ...TASK_ERRORS,
  ...THEORY_ERRORS,
} as const;
