/** What the library worker offers to the page. */
import type { SetStore } from '../../trajectories/stored-set';
import type { Importer } from './importer';
import type { Library } from './library';
import type { LibraryListener } from './library-breath';
import type { SetViewer } from './set-viewer';

/** Sets, with what makes them: one call at a time makes or reads, the others answer at once. */
export interface LibraryApi
  extends
    Pick<Library, 'generate' | 'derive' | 'remake' | 'export'>,
    Omit<SetStore, 'createSet' | 'saveMeasure'> {
  /** Tells the listener of all work from now on, in place of the one before. */
  listen(listener: LibraryListener): void;
  /** Ends whatever is at work. */
  cancel(): void;
  guessTask: Importer['guess'];
  surveyFile: Importer['survey'];
  readFile: Importer['read'];
  keepFile: Importer['keep'];
  discardFile: Importer['discard'];
  querySet: SetViewer['query'];
  viewSet: SetViewer['view'];
  compareSets: SetViewer['compare'];
  closeSet: SetViewer['close'];
}
