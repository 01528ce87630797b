#!/usr/bin/env bash
# Gradients at the kink of relu and abs: jax-js 0.1.25, backend wasm, Node 20.20.
#
# Guess: 0 for both at 0, as in JAX (relu by its own rule, abs by sign(0)), PyTorch and TensorFlow.
# Seen: 1 for both. A unit that is exactly 0, such as padding or a fresh zero bias, gets a gradient here
# and none there, so a port does not reproduce the original run.
source "$(dirname "$0")/lib/run-node.sh" @jax-js/jax@0.1.25 <<'JS'
import assert from 'node:assert/strict';
import { defaultDevice, grad, init, nn, numpy as np } from '@jax-js/jax';

await init('wasm');
defaultDevice('wasm');
const relu = await grad((x) => nn.relu(x).sum())(np.array([-1, 0, 1])).jsAsync();
const abs = await grad((x) => np.abs(x).sum())(np.array([-1, 0, 1])).jsAsync();
console.log({ relu, abs });
assert.deepEqual({ relu, abs }, { relu: [0, 1, 1], abs: [-1, 1, 1] });
process.exit(0);
JS
