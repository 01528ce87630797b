/**
 * Decodes files from elsewhere, and keeps the set that an import makes. The page ends it at any time: it
 * holds nothing but the file that it reads.
 */
import '../src/words/en/speak';
import * as Comlink from '../src/runtime/remote';
import type { ReaderApi } from '../src/runtime/sets/api';
import { decoding } from '../src/runtime/sets/decoding';
import { Importer } from '../src/runtime/sets/importer';
import type { LibraryListener } from '../src/runtime/sets/library-work';
import { importOf } from '../src/runtime/studies/bundle-content';
import { neverSilent } from '../src/runtime/workers/pulse';
import { IndexedDbSetStore } from '../src/storage/sets-store';
import { readBundle } from '../src/studies/bundle/study-bundle';

export function open(): ReaderApi {
  neverSilent();
  let listener: LibraryListener = () => undefined;
  const now = (): number => performance.now();
  const importer = new Importer(new IndexedDbSetStore(), (news) => listener(news), now);
  // An error that a decoder lets slip leaves whoever waits for it without an answer.
  self.addEventListener('unhandledrejection', ({ reason }) => self.reportError(reason));
  return {
    listen(newListener) {
      listener = newListener;
    },
    importer: Comlink.proxy(importer),
    async tryCurves(file) {
      const { readCurveTable } = await import('../src/runtime/ceilings/curve-table');
      await decoding(file.size, () => readCurveTable(file));
    },
    async openBundle(bytes) {
      const { results, fits } = await decoding(bytes.length, () => readBundle(bytes));
      return { results, fits };
    },
    readBundle: (bytes) => decoding(bytes.length, () => importOf(bytes)),
  };
}
