/** The one entry of all workers: each loads only what its role needs. */
import { serve } from '../src/runtime/workers/serve';

serve(
  {
    storage: () => import('./storage'),
    trainer: () => import('./trainer'),
    analyst: () => import('./analyst'),
    library: () => import('./library'),
    reader: () => import('./reader'),
    study: () => import('./study'),
    'study-trainer': () => import('./study-trainer'),
    device: () => import('./device'),
    lesson: () => import('./lesson'),
    helper: () => import('./helper'),
  },
  self,
);
