/** Imported by whoever shows errors to people: they are then told in English. */
import { speak } from '../../sentences';
import { ERRORS } from './errors';

speak(ERRORS);
