/**
 * Owns the database of runs. The page hands further ports to it, made with comlink's
 * `createEndpoint`, to the trainer.
 */
import type { RunStore } from '../src/runtime/stores/runs';
import { IndexedDbRunStore } from '../src/storage/run-store';

export function open(): RunStore {
  return new IndexedDbRunStore();
}
