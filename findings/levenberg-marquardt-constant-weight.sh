#!/usr/bin/env bash
# The same weight for every point in a fit: ml-levenberg-marquardt 5.1.0, Node 20.20.
#
# Guess: a weight that all points share changes the cost by a factor and the best fit not at all; the
# method of Levenberg and Marquardt keeps no step that makes the cost larger, so a straight line through
# five points is found from anywhere.
# Seen: with weight 2 for every point the start values come back after all 200 iterations, as if they
# were the solution; without weights the line is found. (The lab divides each point by its noise itself
# and passes no weights: src/theory/ceilings/solver.ts.)
source "$(dirname "$0")/lib/run-node.sh" ml-levenberg-marquardt@5.1.0 <<'JS'
import assert from 'node:assert/strict';
import { levenbergMarquardt } from 'ml-levenberg-marquardt';

const points = { x: [0, 1, 2, 3, 4], y: [0, 1.1, 1.9, 3.2, 3.9] };
const fit = (weights) =>
  levenbergMarquardt(points, ([a, b]) => (x) => a + b * x, {
    initialValues: [0, 0.5],
    damping: 1e-2,
    maxIterations: 200,
    gradientDifference: 1e-6,
    weights,
  }).parameterValues;
const plain = fit(undefined);
const weighted = fit(2);
console.log({ plain, weighted });
assert.ok(Math.abs(plain[0] - 0.04) < 1e-4 && Math.abs(plain[1] - 0.99) < 1e-4);
assert.deepEqual(weighted, [0, 0.5]);
JS
