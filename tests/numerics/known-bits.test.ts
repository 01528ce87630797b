import { expect, it } from 'vitest';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { bitsOf, FOUNDATIONS } from './known-bits';

// A change here changes every run of every seed: say so, and mark the tables that were measured before.
it('draws, schedules and training steps keep their bits from version to version', async () => {
  expect(await bitsOf(FOUNDATIONS, await loadWasmModule())).toMatchInlineSnapshot(`
    "exp: 04985e55
    exp near zero: cef55e5e
    log: 2bddba94
    log of every size: 7207cd8b
    cosine: 5cea1eb1
    arc tangent: 0997b260
    corrections of moments: e1240928
    squares by the operator: efb69dc5
    normal noise: 2c76feed
    draws of tokens: 382422ce
    schedules: 730320c5
    noisy walks: 62ff3d70
    training and sampling by the wasm engine: fa7951bb"
  `);
});

it('the kernels take no function of the host', async () => {
  const imports = WebAssembly.Module.imports(await loadWasmModule());
  expect(imports.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['memory memory']);
});
