/** The finished studies that come with the app, so that nobody faces an empty page. */
import { LabError } from '../../errors';
import { appRoot } from '../app-root';

/** Names of the files in public/studies, put in by the build. */
declare const SHIPPED_STUDIES: readonly string[];

/** Addresses relative to the page; the one that opens by itself is the first. */
export function shippedStudies(): string[] {
  // Tests run without the build.
  const names = typeof SHIPPED_STUDIES === 'undefined' ? [] : SHIPPED_STUDIES;
  return names.toSorted().map((name) => `studies/${name}`);
}

/** Largest bundle that is fetched: a page must not run out of memory for a link. */
const MAX_BYTES = 200e6;

/** A bundle on the same host as the page; throws with a sentence. */
export async function fetchBundle(address: string): Promise<Uint8Array> {
  const url = new URL(address, appRoot());
  if (url.origin !== location.origin) {
    throw new LabError('page/bundle-host', { address: url.href, host: location.host });
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new LabError('page/bundle-http', { path: url.pathname, status: response.status });
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_BYTES) {
    throw new LabError('page/bundle-large', {
      path: url.pathname,
      bytes: bytes.length,
      most: MAX_BYTES,
    });
  }
  return bytes;
}
