/** The same bits here as in Node, which has another library of elementary functions. */
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { bitsOf, CONCLUSIONS, FOUNDATIONS } from '../numerics/known-bits';
import { bundle, openBlank } from './bundled/bundle';
import type * as KnownBitsPage from './bundled/known-bits-page';
import { expect, test } from './fixtures';

test('draws, training, fits and figures’ data have the bits that they have in Node', async ({
  context,
  appUrl,
}) => {
  const name = 'known-bits-page.js';
  const code = await bundle('known-bits-page.ts');
  const page = await openBlank(context, appUrl, { name, code });
  const found = await page.evaluate(async (address) => {
    const { knownBits } = (await import(address)) as typeof KnownBitsPage;
    return knownBits();
  }, `./${name}`);
  const wanted = await bitsOf([...FOUNDATIONS, ...CONCLUSIONS], await loadWasmModule());
  expect(found).toBe(wanted);
});
