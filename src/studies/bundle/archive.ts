/**
 * The zip file of a bundle: named files and a manifest with the size and checksum of each. Reading
 * trusts nothing: names, counts and sizes are checked before anything is unpacked, and what was
 * unpacked is compared with the manifest.
 */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import * as v from 'valibot';
import { isLabError, LabError, messageOf } from '../../errors';
import { issueOf } from '../../schema/issues';
import { crc32 } from '../../files/crc32';

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

const FORMAT = 'plasticity-lab study bundle';

const manifestSchema = v.object({
  format: v.literal(FORMAT),
  version: v.number(),
  about: v.unknown(),
  files: v.array(v.object({ path: v.string(), bytes: v.number(), crc32: v.number() })),
});
type Manifest = v.InferOutput<typeof manifestSchema>;

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
  const manifest: Manifest = {
    format: FORMAT,
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

/** Unpacks a bundle's files; throws an error of `bundle`. */
export function readArchive(bytes: Uint8Array, limits: BundleLimits = BUNDLE_LIMITS): Archive {
  if (bytes.length > limits.fileBytes) {
    throw new LabError('bundle/large', {
      size: megabytes(bytes.length),
      limit: megabytes(limits.fileBytes),
    });
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
      throw new LabError('bundle/checksum', { path });
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
    if (sizes.has(name)) throw new LabError('bundle/twice', { path: name });
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
    if (isLabError(error, 'bundle')) throw error;
    const reason = messageOf(error);
    throw new LabError('bundle/zip', { reason });
  }
}

/** Paths that stay below the folder into which a bundle is unpacked, on any system. */
function requireSafePath(path: string): void {
  const parts = path.split('/');
  const isSafe =
    /^[A-Za-z0-9._/-]+$/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (isSafe) return;
  throw new LabError('bundle/path', { path: JSON.stringify(path) });
}

function checkSizes(sizes: Entries, limits: BundleLimits): void {
  if (sizes.size > limits.files) {
    throw new LabError('bundle/many-files', { files: sizes.size, most: limits.files });
  }
  let total = 0;
  for (const [path, size] of sizes) {
    const most = path === MANIFEST ? MANIFEST_BYTES : limits.bytesPerEntry;
    if (size > most) {
      throw new LabError('bundle/large-file', {
        path,
        size: megabytes(size),
        limit: megabytes(most),
      });
    }
    total += size;
  }
  if (total > limits.bytesInAll) {
    throw new LabError('bundle/large-in-all', {
      size: megabytes(total),
      limit: megabytes(limits.bytesInAll),
    });
  }
}

function readManifest(bytes: Uint8Array, sizes: Entries): Manifest {
  if (!sizes.has(MANIFEST)) {
    throw new LabError('bundle/no-manifest', { manifest: MANIFEST });
  }
  const content = unzip(bytes, ({ name }) => name === MANIFEST)[MANIFEST]!;
  const result = v.safeParse(manifestSchema, parseJson(MANIFEST, content));
  if (!result.success) {
    throw new LabError('bundle/manifest', { manifest: MANIFEST, ...issueOf(result.issues) });
  }
  const { version } = result.output;
  if (version > BUNDLE_VERSION) {
    throw new LabError('bundle/version', { version, newest: BUNDLE_VERSION });
  }
  return result.output;
}

/** Reads a file of the bundle as JSON. */
export function parseJson(path: string, content: Uint8Array): unknown {
  try {
    return JSON.parse(strFromU8(content));
  } catch {
    throw new LabError('bundle/json', { path });
  }
}

function requireSameNames(
  found: ReadonlySet<string>,
  listed: readonly { readonly path: string }[],
): void {
  const known = new Set([MANIFEST, ...listed.map(({ path }) => path)]);
  const missing = [...known].find((path) => !found.has(path));
  if (missing !== undefined) {
    throw new LabError('bundle/file-missing', { path: missing });
  }
  const extra = [...found].find((path) => !known.has(path));
  if (extra !== undefined) {
    throw new LabError('bundle/file-unlisted', { path: extra });
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
