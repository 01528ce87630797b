#!/usr/bin/env bash
# Sum and mean of a long tensor: TensorFlow.js 4.22.0, backend wasm against cpu, Node 20.20.
#
# Guess: both add in 32 bits with partial sums, as NumPy and PyTorch do, and agree to six digits.
# Seen: wasm adds one number after the other into one 32-bit float. 20,000,000 ones are 16,777,216, and
# the mean of 3,000,000 times 0.1 is 0.0969: 3% off, without a warning. cpu gives both right.
source "$(dirname "$0")/lib/run-node.sh" @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 <<'JS'
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

setWasmPaths('./node_modules/@tensorflow/tfjs-backend-wasm/dist/');
const seen = {};
for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend);
  const [sum] = await tf.sum(tf.fill([20_000_000], 1)).data();
  const [mean] = await tf.mean(tf.fill([3_000_000], 0.1)).data();
  seen[backend] = { sum, mean };
}
console.log(seen);
assert.equal(seen.cpu.sum, 20_000_000);
assert.ok(Math.abs(seen.cpu.mean - 0.1) < 1e-6);
assert.equal(seen.wasm.sum, 16_777_216);
assert.ok(Math.abs(seen.wasm.mean - 0.0969) < 1e-4);
process.exit(0);
JS
