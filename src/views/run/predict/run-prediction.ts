/** What someone expects of a run before it starts: the switch, P_sft and A_post. */
import { ceilingCurve, type Prediction } from '../../../theory';
import { lastSftStep } from '../../../training/progress';
import type { RunConfig } from '../../../training/configuration/run-config';
import type { DrawnEntry } from '../../charts/chart-spec';
import type { ChartInk } from '../../charts/ink';
import type { LineStyle } from '../../charts/line-style';
import type { SeriesTable } from '../../charts/series-table';
import { formatPoints } from '../../format';
import { linkTo } from '../setup/run-link';

export interface RunPrediction {
  /** SFT step; null where the configuration says it. */
  readonly switchStep: number | null;
  /** In percent. */
  readonly pSft: number;
  readonly aPost: number;
}

/** What predictions of a run are of: its link; null where it has none in this version. */
export function predictedRun(config: RunConfig): string | null {
  const link = linkTo(config);
  return link === null ? null : `run?${link}`;
}

/** Whether the run itself finds out when to switch. */
export function findsSwitch({ switch: policy, sft }: Pick<RunConfig, 'switch' | 'sft'>): boolean {
  return policy.at === 'phase' && sft.steps > 0;
}

/** In the middle of everything, where nothing is suggested. */
export function firstPrediction(config: RunConfig): RunPrediction {
  const switchStep = findsSwitch(config) ? Math.round(config.sft.steps / 2) : null;
  return { switchStep, pSft: 50, aPost: 75 };
}

/** As a line of JSON has them. */
export function predictedValues({ switchStep, pSft, aPost }: RunPrediction): Prediction['values'] {
  return { ...(switchStep !== null && { switch_step: switchStep }), p_sft: pSft, a_post: aPost };
}

/** null where the numbers are of something else. */
export function predictionOf(values: Prediction['values']): RunPrediction | null {
  const { switch_step: switchStep = null, p_sft: pSft, a_post: aPost } = values;
  const isWhole = Number.isFinite(pSft) && Number.isFinite(aPost);
  return isWhole ? { switchStep, pSft: pSft!, aPost: aPost! } : null;
}

/** The SFT step of the switch, as predicted or as the configuration says. */
export function switchStepOf({ switchStep }: RunPrediction, config: RunConfig): number {
  return switchStep ?? lastSftStep(config);
}

/** A prediction with the compute of its switch on a run's axis. */
export interface PlacedPrediction extends RunPrediction {
  readonly at: number;
}

/** null before the run has told what its SFT steps cost. */
export function placedPrediction(
  prediction: RunPrediction | null,
  config: RunConfig,
  loss: SeriesTable,
): PlacedPrediction | null {
  if (!prediction) return null;
  const step = switchStepOf(prediction, config);
  if (step === 0) return { ...prediction, at: 0 };
  if (loss.length === 0) return null;
  const { step: done, compute } = loss.positionAt(loss.length - 1);
  return done === 0 ? null : { ...prediction, at: (step / done) * compute };
}

export const PREDICTED: LineStyle = { colour: 'orange', width: 2.5, dash: [8, 4], marker: null };
const SEGMENTS = 48;
/** RL as it usually goes: half the gain after a seventh of the compute. */
const SHAPE = { cMid: 0.15, b: 1.5 };

/**
 * SFT up to P_sft at the switch, RL from there on towards A_post.
 */
export function drawRunPrediction(ink: ChartInk, { pSft, aPost, at }: PlacedPrediction): void {
  const colour = ink.colours.data[PREDICTED.colour];
  const [start, { left, right, top, bottom }] = [ink.x(at), ink.box];
  const curve = Array.from({ length: SEGMENTS + 1 }, (_, i): [number, number] => {
    const share = i / SEGMENTS;
    const value = ceilingCurve({ pSft, aPost, ...SHAPE }, share);
    return [start + share * (right - start), ink.y(value)];
  });
  const [from, ceiling] = [ink.y(pSft), ink.y(aPost)];
  const thin = { colour, width: 1.5, dash: [2, 4] };
  ink.clipped(() => {
    ink.stroke(
      [
        [start, top],
        [start, bottom],
      ],
      thin,
    );
    ink.stroke(
      [
        [left, from],
        [start, from],
      ],
      thin,
    );
    ink.stroke(
      [
        [start, ceiling],
        [right, ceiling],
      ],
      thin,
    );
    ink.stroke(curve, { ...PREDICTED, colour });
  });
}

/** What the key of a chart says of it. */
export function predictionEntry(prediction: RunPrediction | null): DrawnEntry[] {
  if (!prediction) return [];
  const { pSft, aPost } = prediction;
  const text = `P_sft ${formatPoints(pSft)}, A_post ${formatPoints(aPost)}`;
  return [{ label: 'predicted', style: PREDICTED, text }];
}
