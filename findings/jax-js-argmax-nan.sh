#!/usr/bin/env bash
# argmax of a row with a NaN: jax-js 0.1.25, backend wasm, Node 20.20.
#
# Guess: the index of the NaN (1), as in JAX and NumPy, or the index of the largest number (2), as in
# TensorFlow.js: in any case an index of the array.
# Seen: 3, one past the end of three entries, from argmax and argmin alike; the next gather reads
# whatever its rule for indices out of range says.
source "$(dirname "$0")/lib/run-node.sh" @jax-js/jax@0.1.25 <<'JS'
import assert from 'node:assert/strict';
import { defaultDevice, init, numpy as np } from '@jax-js/jax';

await init('wasm');
defaultDevice('wasm');
const largest = await np.argmax(np.array([1, NaN, 3])).jsAsync();
const smallest = await np.argmin(np.array([1, NaN, 3])).jsAsync();
const byRow = await np.argmax(np.array([[1, NaN, 3], [1, 2, 3]]), 1).jsAsync();
console.log({ largest, smallest, byRow });
assert.deepEqual({ largest, smallest, byRow }, { largest: 3, smallest: 3, byRow: [3, 2] });
process.exit(0);
JS
