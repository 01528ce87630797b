/** Entry point of a worker thread of `lab study`. */
import '../words/en/speak';
import { serveThread } from '../runtime/studies/trainers-node';

serveThread();
