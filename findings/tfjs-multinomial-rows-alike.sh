#!/usr/bin/env bash
# tf.multinomial of a batch, with a seed: TensorFlow.js 4.22.0, backend cpu, Node 20.20.
#
# Guess: the seed makes the call repeatable, and the rows of the batch are drawn independently, as in
# TensorFlow: three rows of the same logits give three different sequences.
# Seen: every row restarts the generator from the seed. Rows of equal logits get the same draws to the
# last one, so a group of attempts at one prompt is one attempt several times, and no advantage is left.
source "$(dirname "$0")/lib/run-node.sh" @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 <<'JS'
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

await tf.setBackend('cpu');
const rows = await tf.multinomial(tf.zeros([3, 4]), 10, 7).array();
for (const row of rows) console.log(row.join(' '));
assert.deepEqual(rows[1], rows[0]);
assert.deepEqual(rows[2], rows[0]);
JS
