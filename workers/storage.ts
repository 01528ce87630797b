/**
 * The storage worker: owns the database. The page hands further ports to it, made with comlink's
 * `createEndpoint`, to the trainer worker.
 */
import * as Comlink from '../src/runtime/remote';
import type { RunStore } from '../src/runtime/runs/api';
import { IndexedDbRunStore } from '../src/storage';

const store: RunStore = new IndexedDbRunStore();

Comlink.expose(store);
