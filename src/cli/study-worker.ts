/** Entry point of a worker thread of `lab study`. */
import { serveThread } from '../runtime/studies/trainers-node';

serveThread();
