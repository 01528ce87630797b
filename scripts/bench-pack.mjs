/**
 * `npm run bench:pack`: one archive for a Linux machine with a GPU and no network. It holds Node,
 * Dawn, the terminal's lab and what that needs, and runs by one command: see PACK_README below.
 */
import { copyFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import path from 'node:path';
import { buildWasm } from './build-wasm.mjs';
import { installIfNeeded, runMain } from './lib/install.mjs';
import { ROOT, runProgram } from './lib/process.mjs';

const NAME = 'plasticity-lab-bench';
const FOLDER = path.join(ROOT, 'build/pack', NAME);
const ARCHIVE = path.join(ROOT, 'build', `${NAME}-linux-${process.arch}.tar.gz`);
const MOST_MEBIBYTES = 60;

const PACK_README = `Plasticity Lab: correctness and speed of its engines on this machine.

  ./run.sh              tests the GPU against the CPU, then races the engines
  ./run.sh --json       the race as JSON; other options: ./lab help
  ./lab run micro       a whole run

It needs a Vulkan driver for the GPU and nothing else; without one it says so and races on the CPU.
`;

/** The GPU's test decides the exit code only after the race: figures of a wrong GPU are worth having too. */
const RUN = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
./lab device
tested=$?
./lab bench "$@" || exit $?
exit $tested
`;

const LAB = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
exec ./node build/cli/main.js "$@"
`;

const BUILTIN = new Set(builtinModules);
const require = createRequire(path.join(ROOT, 'package.json'));

/** @param {string} name */
function folderOf(name) {
  return path.join(ROOT, 'node_modules', name);
}

/**
 * TensorFlow.js ships each package as one file for Node, among dozens of megabytes for other places:
 * copies that file, the kernels beside it, and whatever it requires in turn.
 * @param {string} name
 * @param {Set<string>} done
 */
async function copyPackage(name, done) {
  if (done.has(name)) return;
  done.add(name);
  const from = folderOf(name);
  const to = path.join(FOLDER, 'node_modules', name);
  await mkdir(to, { recursive: true });
  await copyFile(path.join(from, 'package.json'), path.join(to, 'package.json'));
  if (!name.startsWith('@tensorflow/')) {
    await cp(from, to, { recursive: true, dereference: true, filter: isNeeded });
    const { dependencies = {} } = require(path.join(from, 'package.json'));
    for (const dependency of Object.keys(dependencies)) await copyPackage(dependency, done);
    return;
  }
  const { main } = require(path.join(from, 'package.json'));
  const file = path.join(from, main);
  await mkdir(path.join(to, path.dirname(main)), { recursive: true });
  await copyFile(file, path.join(to, main));
  if (name.endsWith('-wasm')) {
    await cp(path.dirname(file), path.join(to, path.dirname(main)), {
      recursive: true,
      filter: async (source) => (await stat(source)).isDirectory() || source.endsWith('.wasm'),
    });
  }
  const text = await readFile(file, 'utf8');
  for (const [, required] of text.matchAll(/require\('([^'.][^']*)'\)/g)) {
    const [scope = '', second = ''] = (required ?? '').split('/');
    const dependency = scope.startsWith('@') ? `${scope}/${second}` : scope;
    const isInstalled = await stat(folderOf(dependency)).catch(() => null);
    if (!BUILTIN.has(dependency) && isInstalled) await copyPackage(dependency, done);
  }
}

/**
 * Neither types nor source maps, and of Dawn only this machine's kind.
 * @param {string} source
 */
function isNeeded(source) {
  if (/\.(d\.[cm]?ts|ts|map|md|cts)$/.test(source)) return false;
  const dawn = source.match(/webgpu\/dist\/([^/]+)/);
  return !dawn || dawn[1] === `linux-${process.arch}`;
}

/** Packages that the terminal's bundle imports from node_modules. */
async function bundledImports() {
  const folder = path.join(FOLDER, 'build/cli');
  const names = new Set();
  for (const file of await readdir(folder)) {
    const text = await readFile(path.join(folder, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*\(?\s*["'`]([@a-z][^"'`\s]*)["'`]/g)) {
      const [scope = '', second = ''] = (name ?? '').split('/');
      const found = scope.startsWith('@') ? `${scope}/${second}` : scope;
      const isInstalled = await stat(folderOf(found)).catch(() => null);
      if (!BUILTIN.has(found) && isInstalled) names.add(found);
    }
  }
  return names;
}

async function fillFolder() {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(path.join(FOLDER, 'build'), { recursive: true });
  const { buildCli } = await import('./lib/build-cli.mjs');
  await buildCli({ outDir: path.join(FOLDER, 'build/cli'), sourcemap: false });
  await copyFile(path.join(ROOT, 'build/engine.wasm'), path.join(FOLDER, 'build/engine.wasm'));
  await cp(path.join(ROOT, 'public/base'), path.join(FOLDER, 'public/base'), { recursive: true });
  const done = new Set();
  for (const name of await bundledImports()) await copyPackage(name, done);
  await writeFile(path.join(FOLDER, 'package.json'), '{ "type": "module", "private": true }\n');
  await copyFile(path.join(ROOT, 'LICENSE'), path.join(FOLDER, 'LICENSE'));
  await writeFile(path.join(FOLDER, 'README.txt'), PACK_README);
  await writeFile(path.join(FOLDER, 'run.sh'), RUN, { mode: 0o755 });
  await writeFile(path.join(FOLDER, 'lab'), LAB, { mode: 0o755 });
}

/** Node as it runs here, without the names that only a debugger reads. */
async function addNode() {
  const target = path.join(FOLDER, 'node');
  await copyFile(process.execPath, target);
  const { code } = await runProgram('strip', [target]);
  if (code !== 0) process.stderr.write('`strip` is missing or failed: Node is packed whole.\n');
}

await runMain(async () => {
  if (process.platform !== 'linux') {
    throw new Error(`The archive is for Linux and made there; this is ${process.platform}.`);
  }
  await installIfNeeded();
  await buildWasm();
  await fillFolder();
  await addNode();
  const parent = path.dirname(FOLDER);
  const { code } = await runProgram('tar', ['-C', parent, '-czf', ARCHIVE, NAME]);
  if (code !== 0) throw new Error(`tar failed with exit code ${code}.`);
  const mebibytes = (await stat(ARCHIVE)).size / 2 ** 20;
  const size = `${mebibytes.toFixed(1)} MiB`;
  if (mebibytes > MOST_MEBIBYTES) {
    throw new Error(`The archive has ${size}; at most ${MOST_MEBIBYTES} MiB are allowed.`);
  }
  process.stdout.write(`${path.relative(ROOT, ARCHIVE)}: ${size}\n`);
});
