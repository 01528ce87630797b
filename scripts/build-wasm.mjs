/** Compiles the AssemblyScript kernels to build/engine.wasm, if they changed. */
import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { modifiedAt, ROOT, runInstalled } from './lib/process.mjs';

/** Where the kernels' sources lie. */
export const KERNEL_SOURCES = path.join(ROOT, 'src/engine/wasm/assembly');

const output = path.join(ROOT, 'build/engine.wasm');

async function isUpToDate() {
  const files = await readdir(KERNEL_SOURCES);
  const times = await Promise.all(files.map((file) => modifiedAt(path.join(KERNEL_SOURCES, file))));
  return (await modifiedAt(output)) > Math.max(...times);
}

/** Compiles if a source is newer than the output; throws if that fails. */
export async function buildWasm() {
  if (await isUpToDate()) return;
  await mkdir(path.dirname(output), { recursive: true });
  // Renamed when complete: another process may read the old file, or compile at the same time.
  const partial = `build/engine.${process.pid}.wasm`;
  // A process of its own: the compiler's type declarations would replace those of the whole project.
  const { code } = await runInstalled('assemblyscript/bin/asc.js', [
    path.relative(ROOT, path.join(KERNEL_SOURCES, 'index.ts')),
    ...['--outFile', partial],
    // Vectors pass between kernels only, never to JavaScript.
    ...['--disableWarning', '112'],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'],
  ]);
  if (code !== 0) throw new Error('The kernels do not compile; see the compiler’s message above.');
  await rename(path.join(ROOT, partial), output);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWasm();
