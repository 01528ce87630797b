/** A worker of the lab that knows the library's roles alone. */
import { serve } from '../../../src/runtime/workers/serve';

serve(
  {
    library: () => import('../../../workers/library'),
    reader: () => import('../../../workers/reader'),
  },
  self,
);
