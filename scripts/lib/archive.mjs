/**
 * The archive that holds the built lab and serves it to the machine that it is unpacked on, by Node, by
 * Python or by a double click. Imported only after installation.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { build } from 'vite';
import { DIST, ROOT } from './process.mjs';

const NAME = 'plasticity-lab';
const SOURCES = path.join(ROOT, 'scripts/pack');
const MOST_BYTES = 12e6;

/** The server and all that it imports, as the text of one file. */
async function bundledServer() {
  const outDir = path.join(ROOT, 'build/pack-server');
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node16',
      outDir,
      emptyOutDir: true,
      rolldownOptions: {
        input: path.join(SOURCES, 'serve.mjs'),
        output: { entryFileNames: 'serve.mjs' },
      },
    },
  });
  const text = await readFile(path.join(outDir, 'serve.mjs'));
  await rm(outDir, { recursive: true });
  return text;
}

/**
 * All files of a folder by their paths in the archive.
 * @param {string} folder
 * @param {string} place
 */
async function filesOf(folder, place) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const inside = path.relative(folder, file).split(path.sep).join('/');
      return /** @type {const} */ ([`${place}/${inside}`, await readFile(file)]);
    }),
  );
}

/** Unix permissions, which Windows ignores: a script that cannot be run could not be double-clicked. */
const UNIX = 3;
/** @param {number} mode */
function permissions(mode) {
  return { os: UNIX, attrs: mode << 16 };
}

/**
 * The archive's content.
 * @returns {Promise<import('fflate').Zippable>}
 */
async function content() {
  /** @param {string} file */
  const source = (file) => readFile(path.join(SOURCES, file));
  const start = await source('start.sh');
  const plain = permissions(0o644);
  const program = permissions(0o755);
  const app = await filesOf(DIST, `${NAME}/app`);
  const windows = (await source('start.bat')).toString().replaceAll('\n', '\r\n');
  return {
    [`${NAME}/README.txt`]: [await source('README.txt'), plain],
    [`${NAME}/LICENSE.txt`]: [await readFile(path.join(ROOT, 'LICENSE')), plain],
    [`${NAME}/start.sh`]: [start, program],
    [`${NAME}/start.command`]: [start, program],
    [`${NAME}/start.bat`]: [Buffer.from(windows), program],
    [`${NAME}/serve.mjs`]: [await bundledServer(), plain],
    [`${NAME}/serve.py`]: [await source('serve.py'), program],
    ...Object.fromEntries(app.map(([name, bytes]) => [name, [bytes, plain]])),
  };
}

/**
 * Packs what lies in dist/ and returns the archive's size in bytes; throws where it would be too large
 * for a mail or a slow download.
 * @param {string} file
 */
export async function writeArchive(file) {
  const archive = zipSync(await content(), { level: 9 });
  if (archive.length > MOST_BYTES) {
    throw new Error(`The archive has ${archive.length} bytes; at most ${MOST_BYTES} are allowed.`);
  }
  await writeFile(file, archive);
  return archive.length;
}
