/** The paper's ceiling equation (arXiv 2512.11470). */
import * as v from 'valibot';
import { exp, log } from '../../elementary';
import { measured, type DataOf } from '../../schema/pieces';

export const ceilingParameters = v.object({
  /** Performance at the switch, in points of 100. */
  pSft: measured,
  /** Performance that RL approaches: A_post. */
  aPost: measured,
  /** RL compute at which half of the plasticity is used. */
  cMid: measured,
  /** Steepness. */
  b: measured,
});

/** Parameters of a performance curve of RL after SFT. */
interface CeilingParameters extends DataOf<typeof ceilingParameters> {}

/** P(x) = P_sft + (A_post − P_sft) / (1 + (C_mid / x)^B), for RL compute x ≥ 0. */
export function ceilingCurve({ pSft, aPost, cMid, b }: CeilingParameters, x: number): number {
  return x > 0 ? pSft + (aPost - pSft) / (1 + exp(b * log(cMid / x))) : pSft;
}
