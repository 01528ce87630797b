/** A worker of the lab that knows the library's role alone. */
import { serve } from '../../../src/runtime/workers/serve';

serve({ library: () => import('../../../workers/library') }, self);
