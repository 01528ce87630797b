/** Trains the small models of the lesson, one live part at a time. */
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import { hasWasmSimd } from '../src/runtime/engines/choice';
import type { LessonApi } from '../src/runtime/lesson/api';
import { Tutor } from '../src/runtime/lesson/tutor';
import type { Home } from '../src/runtime/workers/roles';

export function open({ root }: Home): LessonApi {
  return new Tutor({
    createEngine: browserEngine,
    loadBase: (config) => browserBase(config, root),
    hasSimd: hasWasmSimd(),
    now: () => performance.now(),
  });
}
