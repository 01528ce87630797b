/** AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), in place. */
import { BLOCK } from '../device-layout';
import { type Grid, type Kernel, read, rowKernel, rowOfGroups, write } from '../kernel';
import { STEP } from '../step-uniform';
import { GRADIENT_BLOCK, DECAY_BIT, RESULT_FLOATS } from './reduce';

const THREADS = 64;

/**
 * One dispatch over the flat parameters, a thread per vector of four. The bias corrections are in
 * the uniform (`rate` = learning rate / (1 − β1^t), `correction` = 1 / (1 − β2^t)); the clip factor
 * comes from `finishStep`, and 0 there means that the step was not finite and is left out.
 */
export function adamW(size: number): Kernel {
  return rowKernel(
    'AdamW',
    [
      STEP,
      read('blocks', GRADIENT_BLOCK),
      read('results', 'f32'),
      read('gradient'),
      write('parameters'),
      write('firstMoment'),
      write('secondMoment'),
    ],
    {
      threads: THREADS,
      body: `  let i = item * ${THREADS}u + thread;
  let clip = results[${RESULT_FLOATS - 1}];
  if (i >= ${size / 4}u || clip == 0.0) { return; }
  let g = gradient[i] * clip;
  let m = step.beta1 * firstMoment[i] + (1.0 - step.beta1) * g;
  let v = step.beta2 * secondMoment[i] + (1.0 - step.beta2) * g * g;
  firstMoment[i] = m;
  secondMoment[i] = v;
  let decays = (blocks[i / ${BLOCK / 4}u].vectors & ${DECAY_BIT}u) != 0u;
  let keep = 1.0 - select(0.0, step.decay, decays);
  parameters[i] = parameters[i] * keep - step.rate * m / (sqrt(v * step.correction) + step.epsilon);`,
    },
  );
}

export function adamWGrid(size: number): Grid {
  return rowOfGroups(Math.ceil(size / 4 / THREADS));
}
