/** What the library worker offers to the page. */
import type { ProxyMarked } from '../remote';
import type { SetStore } from '../stores/sets';
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
  readonly importer: Importer & ProxyMarked;
  readonly viewer: SetViewer & ProxyMarked;
  readonly store: SetStore & ProxyMarked;
}
