/** Entry point of a worker thread of `lab study`. */
import '../words/en/speak';
import { serveTrainer } from '../runtime/studies/trainers-node';

serveTrainer();
