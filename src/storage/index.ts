/** Keeps runs and trajectory sets in the browser. Pages reach it through the storage worker. */
export { holdRun, liveRuns, runLockName } from './run-lock';
export { IndexedDbRunStore, type RunStoreOptions } from './run-store';
export { IndexedDbSetStore } from './sets-store';
export { IndexedDbStudyStore } from './study-store';
