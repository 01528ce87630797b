/** Keeps runs and trajectory sets in the browser. Pages reach it through the storage worker. */
export { persistStorage } from './quota';
export { holdRun, liveRuns, runLockName } from './run-lock';
export { IndexedDbRunStore, type RunStoreOptions } from './run-store';
export { IndexedDbSetStore, type SetStoreOptions } from './sets-store';
export { StorageError, type StorageProblem } from './storage-error';
export { IndexedDbStudyStore, type StudyStoreOptions } from './study-store';
