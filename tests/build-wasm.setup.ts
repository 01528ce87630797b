import { buildWasm } from '../scripts/build-wasm.mjs';

/** The engines' kernels are compiled once before any test. */
export default async function setup(): Promise<void> {
  await buildWasm();
}
