/** Why a prediction of a run missed. */
import { toDecimals } from '../../rounding';

interface Parts {
  /** Predicted and true, in percent. */
  readonly pSft: readonly [predicted: number, truth: number];
  /** The true one may be known from below alone. */
  readonly aPost: readonly [predicted: number, truth: number];
  readonly isAtLeast: boolean;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${toDecimals(Math.abs(value), 1)}`;
}

/** A_post = P_sft + PL_rl: which of the two was misjudged. */
export function runBecause({ pSft, aPost, isAtLeast }: Parts): string {
  const [expected, came] = [aPost[0] - pSft[0], aPost[1] - pSft[1]];
  const gain = `You expected RL to add ${signed(expected)} points; it adds ${isAtLeast ? 'at least ' : ''}${signed(came)}.`;
  const [bySft, byRl] = [pSft[0] - pSft[1], expected - came];
  if (isAtLeast && expected >= came) {
    return `${gain} Nothing measured contradicts that: the ceiling is known from below alone.`;
  }
  const larger = Math.abs(bySft) > Math.abs(byRl) ? 'what SFT gives' : 'what RL adds';
  return `${gain} Of the miss in A_post ${signed(bySft)} come from P_sft and ${signed(byRl)} from PL_rl: it was ${larger} that you misjudged more.`;
}

/** What was predicted, while nothing of it is known. */
export function expectedSentence({
  switchStep,
  pSft,
  aPost,
}: {
  readonly switchStep: number | null;
  readonly pSft: number;
  readonly aPost: number;
}): string {
  const when = switchStep === null ? '' : `a switch to RL at step ${switchStep}, `;
  return `You expect ${when}P_sft of ${toDecimals(pSft, 0)}% and A_post of ${toDecimals(aPost, 0)}%. What it came to stands here as soon as it is measured.`;
}
