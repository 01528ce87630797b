#!/usr/bin/env bash
# Counting right answers by summing a comparison: jax-js 0.1.25, backend wasm, Node 20.20.
#
# Guess: equal(a, b).sum() is the number of equal entries, as in JAX and NumPy, where a sum of booleans
# is an integer (2 here).
# Seen: the sum of booleans is a boolean, `true`: a logical or. mean of the same array is right (2/3),
# and so is cumsum ([1, 2, 2]).
source "$(dirname "$0")/lib/run-node.sh" @jax-js/jax@0.1.25 <<'JS'
import assert from 'node:assert/strict';
import { defaultDevice, init, numpy as np } from '@jax-js/jax';

await init('wasm');
defaultDevice('wasm');
const equal = () => np.equal(np.array([1, 2, 3]), np.array([1, 2, 4]));
const sum = await equal().sum().jsAsync();
const mean = await np.mean(equal()).jsAsync();
const cumsum = await np.cumsum(equal()).jsAsync();
console.log({ sum, mean, cumsum });
assert.equal(sum, true);
assert.ok(Math.abs(mean - 2 / 3) < 1e-6);
assert.deepEqual(cumsum, [1, 2, 2]);
process.exit(0);
JS
