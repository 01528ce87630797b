/** Compiles the AssemblyScript kernels to build/engine.wasm, if they changed. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join(root, 'src/engine/wasm/assembly');
const output = path.join(root, 'build/engine.wasm');

/** @param {string} file */
async function modifiedAt(file) {
  return stat(file).then(
    (info) => info.mtimeMs,
    () => 0,
  );
}

async function isUpToDate() {
  const files = await readdir(sources);
  const times = await Promise.all(files.map((file) => modifiedAt(path.join(sources, file))));
  return (await modifiedAt(output)) > Math.max(...times);
}

/** Compiles if a source is newer than the output; throws with the compiler's words if that fails. */
export async function buildWasm() {
  if (await isUpToDate()) return;
  await mkdir(path.dirname(output), { recursive: true });
  const { default: asc } = await import('assemblyscript/asc');
  const { error, stderr } = await asc.main([
    path.relative(process.cwd(), path.join(sources, 'index.ts')),
    '--outFile',
    path.relative(process.cwd(), output),
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--importMemory',
  ]);
  if (error) throw new Error(`The kernels do not compile: ${error.message}\n${stderr.toString()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWasm();
