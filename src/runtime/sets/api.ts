/** What the library's workers offer to the page. */
import type { ProxyMarked } from '../remote';
import type { SetStore } from '../stores/sets';
import type { StudyImport } from '../stores/studies';
import type { OpenedBundle } from '../studies/api';
import type { Importer } from './importer';
import type { Library } from './library';
import type { LibraryListener } from './library-work';
import type { SetViewer } from './set-viewer';

/** The library's parts. One call at a time makes or reads a set, the others answer at once. */
export interface LibraryApi {
  /** Tells the listener of all work from now on, in place of the one before. */
  listen(listener: LibraryListener): void;
  /** Ends whatever is at work. */
  cancel(): void;
  readonly maker: Library & ProxyMarked;
  readonly viewer: SetViewer & ProxyMarked;
  readonly store: SetStore & ProxyMarked;
}

/**
 * Decodes what comes from elsewhere. A file may be such that a decoder never ends: the worker holds nothing
 * else, so that it can be ended at any time.
 */
export interface ReaderApi {
  /** Tells the listener of all work from now on, in place of the one before. */
  listen(listener: LibraryListener): void;
  readonly importer: Importer & ProxyMarked;
  /** Reads a file of curves for nothing but to see that its reading ends; throws what the analyst would. */
  tryCurves(file: Blob): Promise<void>;
  /** What is in a study's .zip file, to be shown; throws with the place and the reason. */
  openBundle(bytes: Uint8Array): Promise<OpenedBundle>;
  /** What is kept of a study's .zip file; throws with the place and the reason. */
  readBundle(bytes: Uint8Array): Promise<StudyImport>;
}
