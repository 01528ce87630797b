/** Arrays as the database keeps them. */
import type { TrainingCheckpoint } from '../training/events';

/** A view into a larger buffer would be stored with all of that buffer. */
export function ownBuffer<Values extends Float32Array | Uint8Array | Uint16Array | Uint32Array>(
  values: Values,
): Values {
  return values.byteLength === values.buffer.byteLength ? values : (values.slice() as Values);
}

/** A checkpoint whose arrays have buffers of their own. */
export function ownCheckpoint(checkpoint: TrainingCheckpoint): TrainingCheckpoint {
  const { state, parameters, optimizer, branch } = checkpoint;
  const { firstMoment, secondMoment, step } = optimizer;
  return {
    state,
    parameters: ownBuffer(parameters),
    optimizer: {
      firstMoment: ownBuffer(firstMoment),
      secondMoment: ownBuffer(secondMoment),
      step,
    },
    branch: branch && ownBuffer(branch),
  };
}
