/** What the start of an engine on a GPU found out. */
import * as v from 'valibot';
import { measured, type DataOf } from '../schema/pieces';
import { gpuTuning } from './gpu-tuning';

const selfTestReport = v.object({
  passed: v.boolean(),
  /** ‖a − b‖ / max(‖b‖, 1e-6) of the worst tensor's gradient, and its name. */
  gradientError: measured,
  worstTensor: v.string(),
  /** Largest difference between the log-probabilities of sampling and of the reference's scoring. */
  sampledLogProbError: measured,
  /** What is allowed of either error. */
  tolerance: measured,
  /** Whether the same gradient came out twice, to the bit. */
  repeats: v.boolean(),
  milliseconds: measured,
});

/** The numbers of a self-test. */
export interface SelfTestReport extends DataOf<typeof selfTestReport> {}

export const gpuReport = v.object({ ...gpuTuning.entries, selfTest: selfTestReport });

/** Plain JSON: a run's record keeps it and hands it to the next start. */
export interface GpuReport extends DataOf<typeof gpuReport> {}
