/**
 * The zip file of a bundle: named files and a manifest with the size and checksum of each. Reading
 * trusts nothing: entries are unpacked one after another as they lie in the file, names, counts and bytes
 * are checked as they come, whatever they declare, and what was unpacked is compared with the manifest.
 */
import { strFromU8, strToU8, Unzip, UnzipInflate, type UnzipFile, zipSync } from 'fflate';
import * as v from 'valibot';
import { isLabError, LabError, messageOf } from '../../errors';
import { issueOf } from '../../schema/issues';
import { joined } from '../../files/bytes';
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
  bytesPerEntry: 80 * MEGABYTE,
  bytesInAll: 160 * MEGABYTE,
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
  const unpacked = unpack(bytes, limits);
  const manifest = readManifest(unpacked);
  requireSameNames(unpacked, manifest.files);
  const files = new Map<string, Uint8Array>();
  for (const { path, bytes: size, crc32: sum } of manifest.files) {
    const content = unpacked.get(path);
    if (content?.length !== size || crc32(content) !== sum) {
      throw new LabError('bundle/checksum', { path });
    }
    files.set(path, content);
  }
  return { about: manifest.about, files };
}

/** Bytes of the file taken at a time: they become 16 MB at the most. */
const CHUNK = 2 ** 14;

/**
 * Unpacks entry after entry, so that none shares its bytes with another, and ends at the first that
 * breaks a limit.
 */
function unpack(bytes: Uint8Array, limits: BundleLimits): ReadonlyMap<string, Uint8Array> {
  const entries = new Entries(limits);
  const unzip = new Unzip((file) => entries.take(file));
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      unzip.push(bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length);
    }
  } catch (error) {
    if (isLabError(error, 'bundle')) throw error;
    throw new LabError('bundle/zip', { reason: messageOf(error) });
  }
  return entries.complete();
}

class Entries {
  readonly #limits: BundleLimits;
  readonly #unpacked = new Map<string, Uint8Array | null>();
  #total = 0;

  constructor(limits: BundleLimits) {
    this.#limits = limits;
  }

  /** Begins an entry; what it holds comes as the file is read. */
  take(file: UnzipFile): void {
    const path = file.name;
    requireSafePath(path);
    if (this.#unpacked.has(path)) throw new LabError('bundle/twice', { path });
    this.#unpacked.set(path, null);
    const { files: most } = this.#limits;
    if (this.#unpacked.size > most) {
      throw new LabError('bundle/many-files', { files: this.#unpacked.size, most });
    }
    const parts: Uint8Array[] = [];
    let size = 0;
    file.ondata = (error, part, isLast) => {
      if (error) throw error;
      size += part.length;
      this.#count(path, size, part.length);
      parts.push(part);
      if (isLast) this.#unpacked.set(path, joined(parts, size));
    };
    file.start();
  }

  #count(path: string, size: number, added: number): void {
    const limits = this.#limits;
    const most = path === MANIFEST ? MANIFEST_BYTES : limits.bytesPerEntry;
    if (size > most) throw new LabError('bundle/large-file', { path, limit: megabytes(most) });
    this.#total += added;
    if (this.#total > limits.bytesInAll) {
      throw new LabError('bundle/large-in-all', { limit: megabytes(limits.bytesInAll) });
    }
  }

  complete(): ReadonlyMap<string, Uint8Array> {
    if (this.#unpacked.size === 0) throw new LabError('bundle/zip', { reason: 'it has no entry' });
    const whole = new Map<string, Uint8Array>();
    for (const [path, content] of this.#unpacked) {
      if (!content) throw new LabError('bundle/zip', { reason: `${path} has no end` });
      whole.set(path, content);
    }
    return whole;
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

function readManifest(unpacked: ReadonlyMap<string, Uint8Array>): Manifest {
  const content = unpacked.get(MANIFEST);
  if (!content) {
    throw new LabError('bundle/no-manifest', { manifest: MANIFEST });
  }
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
  found: ReadonlyMap<string, unknown>,
  listed: readonly { readonly path: string }[],
): void {
  const known = new Set([MANIFEST, ...listed.map(({ path }) => path)]);
  const missing = [...known].find((path) => !found.has(path));
  if (missing !== undefined) {
    throw new LabError('bundle/file-missing', { path: missing });
  }
  const extra = [...found.keys()].find((path) => !known.has(path));
  if (extra !== undefined) {
    throw new LabError('bundle/file-unlisted', { path: extra });
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
