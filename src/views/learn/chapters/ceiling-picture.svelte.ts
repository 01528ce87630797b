/** What chapter 6 draws: a measured curve, half of it covered, the one of the hand, and the lab's fit. */
import { firstHalf, handAt, onLevels, type MeasuredCurve } from '../../../lesson/hand-curve';
import {
  CEILING_STEPS,
  HAND_LIMITS,
  type CeilingNews,
  type CeilingSettings,
} from '../../../lesson/parts/ceiling';
import { LESSON_CONFIG } from '../../../lesson/context';
import { levelChance } from '../../../tasks';
import type { ForecastFit, Measurement } from '../../../theory';
import type { AnalystApi } from '../../../runtime/ceilings/api';
import {
  drawCeilingCurve,
  drawCeilingInterval,
  drawCeilingLine,
  type DrawnCeiling,
} from '../../charts/ceiling-layer';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import type { ChartInk } from '../../charts/ink';
import type { LineStyle } from '../../charts/line-style';
import { SeriesTable } from '../../charts/series-table';
import { formatPoints } from '../../format';

type Measured = Extract<CeilingNews, { type: 'measured' }>;

/** Of the bootstrap: the same curve has the same interval. */
const SEED = 0;
/** How far the axis goes beyond what was measured, so that one sees where a curve leads. */
export const OUTLOOK = 1.5;
const HAND: LineStyle = { colour: 'orange', width: 2.5, dash: [8, 4], marker: null };
const SEGMENTS = 90;

function percent(value: number): string {
  return `${formatPoints(value)}%`;
}

export class CeilingPicture {
  readonly table = new SeriesTable(['score', 'hand']);
  #start = $state.raw<Measurement | null>(null);
  #measured = $state.raw<readonly Measured[]>([]);
  #curve = $state.raw<MeasuredCurve | null>(null);
  /** By what was fitted; null where a curve says too little. */
  #fits = $state.raw<Readonly<Record<string, ForecastFit | null>>>({});

  clear(): void {
    this.#start = this.#curve = null;
    this.#measured = [];
    this.#fits = {};
  }

  hear(news: CeilingNews): void {
    if (news.type === 'branch') this.#start = news.pSft;
    else if (news.type === 'measured') this.#measured = [...this.#measured, news];
    else if (this.#start) {
      const points = this.#measured.map(({ point }) => point);
      this.#curve = { pSft: this.#start, points, end: news.end, compute: news.compute };
    }
  }

  /** The measured curve on the levels that count; null until it has come to its end. */
  whole({ levels }: Pick<CeilingSettings, 'levels'>): MeasuredCurve | null {
    return this.#curve && onLevels(this.#curve, levels);
  }

  /** The part of it that is shown. */
  shown(settings: Pick<CeilingSettings, 'levels' | 'shown'>): MeasuredCurve | null {
    const curve = this.whole(settings);
    if (!curve || settings.shown === 'all') return curve;
    return { ...curve, points: firstHalf(curve) };
  }

  /** Percent right on each level at the last evaluation that is shown, or so far. */
  levelsShown({ shown }: Pick<CeilingSettings, 'shown'>): readonly number[] {
    const curve = this.#curve ?? this.#soFar();
    if (!curve) return [];
    const points = shown === 'half' ? firstHalf(curve) : curve.points;
    const { levels = [] } = points.at(-1) ?? curve.pSft;
    return levels.map(({ successes, samples }) => (100 * successes) / samples);
  }

  fitOf(settings: Pick<CeilingSettings, 'levels' | 'shown'>): ForecastFit | null {
    return this.#fits[keyOf(settings)] ?? null;
  }

  /** Has the analyst fit what is shown, where that is not known yet. */
  async fit(settings: Pick<CeilingSettings, 'levels' | 'shown'>, analyst: Promise<AnalystApi>) {
    const [key, curve, of] = [keyOf(settings), this.shown(settings), this.#curve];
    if (!curve || key in this.#fits) return;
    // The end is what is to be forecast, and no part of what was seen.
    const { pSft, points, compute } = curve;
    const taskChance = levelChance(LESSON_CONFIG.task)?.slice(0, settings.levels);
    const fit = await (
      await analyst
    ).ceiling(
      { pSft, points },
      { seed: SEED, levels: taskChance && { taskChance }, forecastAt: [compute] },
    );
    // Another curve may have been measured meanwhile.
    if (of === this.#curve) this.#fits = { ...this.#fits, [key]: fit };
  }

  /** Puts what is shown into the table, whole or as far as it has come. */
  fill(settings: CeilingSettings): void {
    this.table.clear();
    const curve = this.#curve ?? this.#soFar();
    if (!curve) return;
    const { pSft, points } = onLevels(curve, settings.levels);
    this.#add({ step: 0, compute: 0, score: pSft.value }, settings);
    points.forEach(({ compute, performance }, i) => {
      const { step } = this.#measured[i]!;
      if (settings.shown === 'half' && step > CEILING_STEPS / 2) return;
      this.#add({ step, compute, score: performance }, settings);
    });
  }

  #soFar(): MeasuredCurve | null {
    const pSft = this.#start;
    if (!pSft) return null;
    const points = this.#measured.map(({ point }) => point);
    return { pSft, points, end: pSft, compute: points.at(-1)?.compute ?? 0 };
  }

  #add(
    { step, compute, score }: { step: number; compute: number; score: number },
    settings: CeilingSettings,
  ): void {
    const whole = this.whole(settings);
    const hand = whole && handAt(settings, whole.pSft.value, compute / whole.compute);
    this.table.add({ stage: 'rl', step, compute }, { score, hand });
  }

  /** @param settings what is shown and drawn by hand when the chart is drawn */
  chart(settings: () => CeilingSettings): ChartSpec {
    return {
      id: 'ceiling',
      title: 'RL, and where it leads',
      unit: '% right, against the compute of RL',
      table: this.table,
      lines: LINES,
      height: 340,
      yRange: () => [...HAND_LIMITS.aPost],
      xEnd: (last) => OUTLOOK * (this.#curve?.compute ?? last),
      under: (ink) => {
        const drawn = this.#drawnFit(settings());
        if (drawn) drawCeilingInterval(ink, drawn);
      },
      over: (ink) => {
        const chosen = settings();
        const drawn = this.#drawnFit(chosen);
        if (drawn) {
          drawCeilingCurve(ink, drawn);
          drawCeilingLine(ink, drawn);
        }
        const curve = this.whole(chosen);
        if (!curve) return;
        if (chosen.shown === 'half') drawCover(ink, curve);
        else ink.markers({ marker: 'ring', colour: 'ink' }, [[curve.compute, curve.end.value]], 6);
        drawHand(ink, chosen, curve);
      },
    };
  }

  #drawnFit(settings: CeilingSettings): DrawnCeiling | null {
    const curve = this.shown(settings);
    const fit = settings.fit === 'shown' ? this.fitOf(settings) : null;
    if (!curve || !fit) return null;
    const seen = curve.points.at(-1)?.compute ?? 0;
    return { fit: fit.ceiling, start: 0, seen, end: OUTLOOK * seen };
  }
}

function keyOf({ levels, shown }: Pick<CeilingSettings, 'levels' | 'shown'>): string {
  return `${levels} ${shown}`;
}

const MEASURED: LineStyle = { colour: 'ink', width: 2, dash: [], marker: 'circle' };
const LINES: readonly ChartLine[] = [
  { key: 'score', label: 'measured', style: MEASURED, format: percent },
  { key: 'hand', label: 'your curve', style: HAND, isInLayer: true, format: percent },
];

function drawCover(ink: ChartInk, curve: MeasuredCurve): void {
  const { top, bottom } = ink.box;
  const from = firstHalf(curve).at(-1)?.compute ?? 0;
  const [x0, x1] = [ink.x(from), ink.x(curve.compute)];
  ink.hatch({ x0, x1, y0: bottom, y1: top }, ink.colours.muted, 10);
  ink.label('covered', (x0 + x1) / 2, bottom - ink.px(14), {
    align: 'center',
    weight: 600,
    backed: true,
  });
}

function drawHand(ink: ChartInk, hand: CeilingSettings, { pSft, compute }: MeasuredCurve): void {
  const colour = ink.colours.data[HAND.colour];
  const line = Array.from({ length: SEGMENTS + 1 }, (_, i): [number, number] => {
    const share = (OUTLOOK * i) / SEGMENTS;
    return [ink.x(share * compute), ink.y(handAt(hand, pSft.value, share))];
  });
  const y = ink.y(hand.aPost);
  ink.clipped(() => {
    ink.stroke(line, { ...HAND, colour });
    ink.stroke(
      [
        [ink.box.left, y],
        [ink.box.right, y],
      ],
      { colour, width: 1, dash: [2, 4] },
    );
  });
}
