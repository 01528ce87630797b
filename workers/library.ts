/**
 * The library worker: makes, imports and stores trajectory sets. It has a connection to the database
 * of its own, so that a set's megabytes are not copied to the storage worker first.
 */
import * as Comlink from '../src/runtime/remote';
import { Importer } from '../src/runtime/sets/importer';
import { Library } from '../src/runtime/sets/library';
import type { LibraryApi } from '../src/runtime/sets/api';
import type { LibraryListener } from '../src/runtime/sets/library-breath';
import { SetViewer } from '../src/runtime/sets/set-viewer';
import { IndexedDbSetStore } from '../src/storage';

let listener: LibraryListener = () => undefined;
const tell: LibraryListener = (news) => listener(news);
const now = (): number => performance.now();

const store = new IndexedDbSetStore();
const library = new Library(store, tell, now);
const importer = new Importer(store, tell, now);
const viewer = new SetViewer(store);

const api: LibraryApi = {
  listen(newListener) {
    listener = newListener;
  },
  cancel() {
    library.cancel();
    importer.cancel();
  },
  generate: (request) => library.generate(request),
  derive: (request) => library.derive(request),
  remake: (id) => library.remake(id),
  export: (id, shape) => library.export(id, shape),
  guessTask: (file, tasks) => importer.guess(file, tasks),
  surveyFile: (file, options) => importer.survey(file, options),
  readFile: (file, task, options) => importer.read(file, task, options),
  keepFile: (name) => importer.keep(name),
  discardFile: () => importer.discard(),
  querySet: (request, filter) => viewer.query(request, filter),
  viewSet: (id, from, to) => viewer.view(id, from, to),
  compareSets: (first, second) => viewer.compare(first, second),
  closeSet: () => viewer.close(),
  listSets: () => store.listSets(),
  listDamaged: () => store.listDamaged(),
  readRecord: (id) => store.readRecord(id),
  readTable: (id) => store.readTable(id),
  readRows: (id, from, to) => store.readRows(id, from, to),
  renameSet: (id, name) => store.renameSet(id, name),
  deleteSet: (id) => store.deleteSet(id),
  restoreSet: (id) => store.restoreSet(id),
  purgeDeleted: (before) => store.purgeDeleted(before),
  readMeasure: (id, measureId) => store.readMeasure(id, measureId),
  usage: () => store.usage(),
};

Comlink.expose(api);
