/** The finished studies that come with the app, so that nobody faces an empty page. */

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
  const url = new URL(address, new URL('.', location.href));
  if (url.origin !== location.origin) {
    throw new Error(
      `The bundle ${url.href} lies on another host; only files of ${location.host} are opened. Download it and drop it here.`,
    );
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`There is no bundle at ${url.pathname}: the host answers ${response.status}.`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_BYTES) {
    throw new Error(
      `The bundle at ${url.pathname} has ${bytes.length} bytes; up to ${MAX_BYTES} are opened.`,
    );
  }
  return bytes;
}
