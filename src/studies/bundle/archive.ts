/**
 * The zip file of a bundle: named files and a manifest with the size and checksum of each. Reading
 * trusts nothing: names, counts and sizes are checked before anything is unpacked, and what was
 * unpacked is compared with the manifest.
 */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import * as v from 'valibot';
import { messageOf } from '../../errors';
import { describeIssue } from '../../schema/issues';
import { crc32 } from './crc32';

/** A bundle that is refused; the message says where and why. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

export interface BundleLimits {
  readonly fileBytes: number;
  readonly files: number;
  readonly bytesPerEntry: number;
  readonly bytesInAll: number;
}

const MEGABYTE = 2 ** 20;

/** Far above any study of the lab's models, and far below what a browser's tab can hold. */
const BUNDLE_LIMITS: BundleLimits = {
  fileBytes: 128 * MEGABYTE,
  files: 20_000,
  bytesPerEntry: 64 * MEGABYTE,
  bytesInAll: 512 * MEGABYTE,
};

/** The newest version of bundles that this lab reads. */
const BUNDLE_VERSION = 1;
const MANIFEST = 'bundle.json';
/** No study needs a longer manifest: it is read before anything else is known. */
const MANIFEST_BYTES = 4 * MEGABYTE;

const manifestSchema = v.object({
  format: v.literal('plasticity-lab study bundle'),
  version: v.number(),
  about: v.unknown(),
  files: v.array(v.object({ path: v.string(), bytes: v.number(), crc32: v.number() })),
});

interface Archive {
  /** What the manifest says beside the list of files. */
  readonly about: unknown;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Packs files with a manifest.
 * @param madeAt milliseconds since 1970, the date of every entry
 */
export function packArchive({ about, files }: Archive, madeAt: number): Uint8Array {
  const listed = [...files].map(([path, bytes]) => {
    requireSafePath(path);
    return { path, bytes: bytes.length, crc32: crc32(bytes) };
  });
  const manifest = {
    format: 'plasticity-lab study bundle',
    version: BUNDLE_VERSION,
    about,
    files: listed,
  };
  const entries = Object.fromEntries(files);
  return zipSync(
    { [MANIFEST]: strToU8(JSON.stringify(manifest, null, 1)), ...entries },
    {
      mtime: madeAt,
      level: 6,
    },
  );
}

/** Unpacks a bundle's files; throws {@link BundleError}. */
export function readArchive(bytes: Uint8Array, limits: BundleLimits = BUNDLE_LIMITS): Archive {
  if (bytes.length > limits.fileBytes) {
    throw new BundleError(
      `The bundle has ${megabytes(bytes.length)}; the lab opens up to ${megabytes(limits.fileBytes)}.`,
    );
  }
  const sizes = listEntries(bytes);
  checkSizes(sizes, limits);
  const manifest = readManifest(bytes, sizes);
  requireSameNames(new Set(sizes.keys()), manifest.files);
  const unpacked = unzip(bytes, () => true);
  const files = new Map<string, Uint8Array>();
  for (const { path, bytes: size, crc32: sum } of manifest.files) {
    const content = unpacked[path];
    if (content?.length !== size || crc32(content) !== sum) {
      throw new BundleError(
        `"${path}" in the bundle is damaged: its size or checksum is not the one in its manifest. Make or download the bundle again.`,
      );
    }
    files.set(path, content);
  }
  return { about: manifest.about, files };
}

type Entries = ReadonlyMap<string, number>;

/** Names and declared sizes; nothing is unpacked. */
function listEntries(bytes: Uint8Array): Entries {
  const sizes = new Map<string, number>();
  unzip(bytes, ({ name, originalSize }) => {
    requireSafePath(name);
    if (sizes.has(name)) throw new BundleError(`"${name}" is in the bundle twice.`);
    sizes.set(name, originalSize);
    return false;
  });
  return sizes;
}

function unzip(
  bytes: Uint8Array,
  filter: (file: { name: string; originalSize: number }) => boolean,
): Record<string, Uint8Array> {
  try {
    // Each file is unpacked into a buffer of its declared size: what lies about it is cut off.
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof BundleError) throw error;
    const reason = messageOf(error);
    throw new BundleError(
      `The bundle is no zip file or is damaged (${reason}). Make or download it again.`,
    );
  }
}

/** Paths that stay below the folder into which a bundle is unpacked, on any system. */
function requireSafePath(path: string): void {
  const parts = path.split('/');
  const isSafe =
    /^[A-Za-z0-9._/-]+$/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (isSafe) return;
  throw new BundleError(
    `The bundle holds a file with the path ${JSON.stringify(path)}, which may lead out of its folder. It was not made by the lab.`,
  );
}

function checkSizes(sizes: Entries, limits: BundleLimits): void {
  if (sizes.size > limits.files) {
    throw new BundleError(
      `The bundle holds ${sizes.size} files; the lab opens up to ${limits.files}.`,
    );
  }
  let total = 0;
  for (const [path, size] of sizes) {
    const most = path === MANIFEST ? MANIFEST_BYTES : limits.bytesPerEntry;
    if (size > most) {
      throw new BundleError(
        `"${path}" in the bundle would unpack to ${megabytes(size)}; the limit is ${megabytes(most)}.`,
      );
    }
    total += size;
  }
  if (total > limits.bytesInAll) {
    throw new BundleError(
      `The bundle would unpack to ${megabytes(total)}; the limit is ${megabytes(limits.bytesInAll)}.`,
    );
  }
}

function readManifest(bytes: Uint8Array, sizes: Entries): v.InferOutput<typeof manifestSchema> {
  if (!sizes.has(MANIFEST)) {
    throw new BundleError(`The zip file has no ${MANIFEST}: it is no study bundle of the lab.`);
  }
  const content = unzip(bytes, ({ name }) => name === MANIFEST)[MANIFEST]!;
  const result = v.safeParse(manifestSchema, parseJson(MANIFEST, content));
  if (!result.success) {
    throw new BundleError(`${MANIFEST}: ${describeIssue(result.issues, 'it')}.`);
  }
  const { version } = result.output;
  if (version > BUNDLE_VERSION) {
    throw new BundleError(
      `The bundle has version ${version}; this lab reads up to ${BUNDLE_VERSION}. Open it with a newer lab.`,
    );
  }
  return result.output;
}

/** Reads a file of the bundle as JSON. */
export function parseJson(path: string, content: Uint8Array): unknown {
  try {
    return JSON.parse(strFromU8(content));
  } catch {
    throw new BundleError(`"${path}" in the bundle is not JSON: it is damaged.`);
  }
}

function requireSameNames(
  found: ReadonlySet<string>,
  listed: readonly { readonly path: string }[],
): void {
  const known = new Set([MANIFEST, ...listed.map(({ path }) => path)]);
  const missing = [...known].find((path) => !found.has(path));
  if (missing !== undefined) {
    throw new BundleError(`"${missing}" is in the bundle's manifest, but not in the bundle.`);
  }
  const extra = [...found].find((path) => !known.has(path));
  if (extra !== undefined) {
    throw new BundleError(`"${extra}" is in the bundle, but not in its manifest.`);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
