/**
 * Makes and stores trajectory sets. It has a connection to the database of its own, so that
 * a set's megabytes are not copied to the storage worker first.
 */
import '../src/words/en/speak';
import * as Comlink from '../src/runtime/remote';
import { Library } from '../src/runtime/sets/library';
import type { LibraryApi } from '../src/runtime/sets/api';
import type { LibraryListener } from '../src/runtime/sets/library-work';
import { SetViewer } from '../src/runtime/sets/set-viewer';
import { IndexedDbSetStore } from '../src/storage/sets-store';

export function open(): LibraryApi {
  let listener: LibraryListener = () => undefined;
  const tell: LibraryListener = (news) => listener(news);
  const now = (): number => performance.now();
  const store = new IndexedDbSetStore();
  const maker = new Library(store, tell, now);
  return {
    listen(newListener) {
      listener = newListener;
    },
    cancel() {
      maker.cancel();
    },
    maker: Comlink.proxy(maker),
    viewer: Comlink.proxy(new SetViewer(store)),
    store: Comlink.proxy(store),
  };
}
