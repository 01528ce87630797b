#!/usr/bin/env bash
# arange with a fractional step: jax-js 0.1.25, backend wasm, Node 20.20.
#
# Guess: arange(0, 1, 0.25) is [0, 0.25, 0.5, 0.75], as in JAX and NumPy, where a float argument makes
# a float array.
# Seen: the result is an int32 array with the right number of entries and the step cut to a whole
# number: [0, 0, 0, 0], and [0, 2, 4, 6] for arange(0, 10, 2.5). With the dtype named (float32) it is right.
source "$(dirname "$0")/lib/run-node.sh" @jax-js/jax@0.1.25 <<'JS'
import assert from 'node:assert/strict';
import { defaultDevice, init, numpy as np } from '@jax-js/jax';

await init('wasm');
defaultDevice('wasm');
const quarter = await np.arange(0, 1, 0.25).jsAsync();
const wide = await np.arange(0, 10, 2.5).jsAsync();
const named = await np.arange(0, 1, 0.25, { dtype: np.float32 }).jsAsync();
console.log({ quarter, wide, named });
assert.deepEqual(quarter, [0, 0, 0, 0]);
assert.deepEqual(wide, [0, 2, 4, 6]);
assert.deepEqual(named, [0, 0.25, 0.5, 0.75]);
process.exit(0);
JS
