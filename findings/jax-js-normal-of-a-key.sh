#!/usr/bin/env bash
# random.normal of a key: jax-js 0.1.25, backend wasm, Node 20.20.
#
# Guess: since keys, split and uniform give the bits of JAX (threefry), normal does too: JAX computes
# sqrt(2) * erf_inv(u) with u uniform in (-1, 1) from the same key.
# Seen: uniform agrees, normal is another transform of the bits: 1.92, 0.63 and -0.63 where the inverse
# error function gives 1.62, 2.03 and -0.43. An initialisation by the same key is not that of JAX.
source "$(dirname "$0")/lib/run-node.sh" @jax-js/jax@0.1.25 <<'JS'
import assert from 'node:assert/strict';
import { defaultDevice, init, lax, numpy as np, random } from '@jax-js/jax';

await init('wasm');
defaultDevice('wasm');
const uniform = await random.uniform(random.key(0), [3]).jsAsync();
const normal = await random.normal(random.key(0), [3]).jsAsync();
// What JAX's rule makes of the same uniforms: z with erf(z / sqrt(2)) = 2u - 1, checked by lax.erf.
const byJax = [1.6226422, 2.0252647, -0.43359444];
const back = await lax.erf(np.array(byJax.map((z) => z / Math.SQRT2))).jsAsync();
console.log({ uniform, normal, byJax });
back.forEach((erf, i) => assert.ok(Math.abs(erf - (2 * uniform[i] - 1)) < 1e-5));
const seen = [1.920038, 0.629137, -0.625996];
normal.forEach((value, i) => assert.ok(Math.abs(value - seen[i]) < 1e-4));
process.exit(0);
JS
