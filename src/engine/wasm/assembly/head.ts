/**
 * The softmax at the end. Logits have `stride` columns, the vocabulary rounded up to a multiple of 4;
 * the columns from V on are padding and get probability 0.
 */
import { log } from './doubles';
import { exp } from './exp';
import { at, laneMax, laneSum } from './simd';

/**
 * Turns logits[N, stride] into log-probabilities in place, and writes the target's log-probability
 * and the entropy of each row.
 * @param scratch `stride` floats
 */
export function headForward(
  logits: usize,
  targets: usize,
  targetLogProbs: usize,
  entropies: usize,
  scratch: usize,
  N: i32,
  V: i32,
  stride: i32,
): void {
  for (let n = 0; n < N; n++) {
    const row = at(logits, n * stride);
    for (let v = V; v < stride; v++) store<f32>(at(row, v), -1e30);
    let largest = v128.load(row);
    for (let v = 4; v < stride; v += 4) largest = f32x4.pmax(largest, v128.load(at(row, v)));
    const tops = laneMax(largest);
    for (let v = 0; v < stride; v += 4) {
      v128.store(at(scratch, v), f32x4.sub(v128.load(at(row, v)), tops));
    }
    exp(scratch, scratch, stride);
    let sum = f32x4.splat(0);
    for (let v = 0; v < stride; v += 4) sum = f32x4.add(sum, v128.load(at(scratch, v)));
    const logSum = <f32>log(<f64>laneSum(sum));
    const shift = f32x4.add(tops, f32x4.splat(logSum));
    for (let v = 0; v < stride; v += 4) {
      v128.store(at(row, v), f32x4.sub(v128.load(at(row, v)), shift));
    }
    exp(row, scratch, stride);
    let plogp = f32x4.splat(0);
    for (let v = 0; v < stride; v += 4) {
      // The padding's e^−87 times its −1e30 must not enter.
      const bounded = f32x4.pmax(v128.load(at(row, v)), f32x4.splat(-87));
      plogp = f32x4.add(plogp, f32x4.mul(v128.load(at(scratch, v)), bounded));
    }
    store<f32>(at(entropies, n), -laneSum(plogp));
    store<f32>(at(targetLogProbs, n), load<f32>(at(row, load<i32>(at(targets, n)))));
  }
}

/**
 * Turns log-probabilities[N, stride] into d(loss)/d(logits) in place.
 * @param slopes d(loss)/d(log π(target)) of each row
 * @param scratch `stride` floats
 * @param entropyWeights entropyWeight · entropyCoefficient of each row; the loss holds −that · H
 *
 * d log π(y) / dz_v = [v = y] − p_v and dH / dz_v = −p_v (log p_v + H).
 */
export function headBackward(
  logProbs: usize,
  targets: usize,
  slopes: usize,
  entropyWeights: usize,
  entropies: usize,
  scratch: usize,
  N: i32,
  V: i32,
  stride: i32,
): void {
  for (let n = 0; n < N; n++) {
    const row = at(logProbs, n * stride);
    const slope = load<f32>(at(slopes, n));
    const negativeSlope = f32x4.splat(-slope);
    const weight = f32x4.splat(load<f32>(at(entropyWeights, n)));
    const entropy = f32x4.splat(load<f32>(at(entropies, n)));
    exp(row, scratch, stride);
    for (let v = 0; v < stride; v += 4) {
      const logProb = f32x4.pmax(v128.load(at(row, v)), f32x4.splat(-87));
      const spread = f32x4.mul(weight, f32x4.add(logProb, entropy));
      v128.store(
        at(row, v),
        f32x4.mul(v128.load(at(scratch, v)), f32x4.add(negativeSlope, spread)),
      );
    }
    const target = at(row, load<i32>(at(targets, n)));
    store<f32>(target, load<f32>(target) + slope);
    for (let v = V; v < stride; v++) store<f32>(at(row, v), 0);
  }
}
