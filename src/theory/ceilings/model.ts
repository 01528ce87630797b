/** The paper's ceiling equation (arXiv 2512.11470). */

/** Parameters of a performance curve of RL after SFT. */
export interface CeilingParameters {
  /** Performance at the switch, in points of 100. */
  readonly pSft: number;
  /** Performance that RL approaches: A_post. */
  readonly aPost: number;
  /** RL compute at which half of the plasticity is used. */
  readonly cMid: number;
  /** Steepness. */
  readonly b: number;
}

/** P(x) = P_sft + (A_post − P_sft) / (1 + (C_mid / x)^B), for RL compute x ≥ 0. */
export function ceilingCurve({ pSft, aPost, cMid, b }: CeilingParameters, x: number): number {
  return x > 0 ? pSft + (aPost - pSft) / (1 + (cMid / x) ** b) : pSft;
}
