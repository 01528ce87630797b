#!/usr/bin/env bash
# NaN in maximum and clipByValue: TensorFlow.js 4.22.0, backend wasm against cpu, Node 20.20.
#
# Guess: NaN stays NaN through both, as in NumPy, PyTorch and the cpu backend, so that a diverged value
# is seen further down.
# Seen: on wasm clipByValue(NaN, 0, 1) is 0, and maximum(a, b) is NaN or the number depending on which
# side the NaN stands. A clipped ratio or a clipped gradient hides that training has diverged.
source "$(dirname "$0")/lib/run-node.sh" @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 <<'JS'
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

setWasmPaths('./node_modules/@tensorflow/tfjs-backend-wasm/dist/');
const seen = {};
for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend);
  const clipped = await tf.clipByValue(tf.tensor1d([NaN]), 0, 1).array();
  const maximum = await tf.maximum(tf.tensor1d([NaN, 1]), tf.tensor1d([1, NaN])).array();
  seen[backend] = { clipped, maximum };
}
console.log(seen);
assert.deepEqual(seen.cpu, { clipped: [NaN], maximum: [NaN, NaN] });
assert.deepEqual(seen.wasm, { clipped: [0], maximum: [NaN, 1] });
process.exit(0);
JS
