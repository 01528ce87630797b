/** What chapter 5 draws: SFT, the three branches of RL on one axis, and what was predicted. */
import {
  BRANCH_NAMES,
  SHOWN_PERCENT,
  type BranchName,
  type SwitchNews,
  type SwitchSettings,
} from '../../../lesson/parts/switch';
import { NORMAL_90 } from '../../../theory';
import { hypotenuse } from '../../../elementary';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import type { LineStyle } from '../../charts/line-style';
import { SeriesTable } from '../../charts/series-table';
import { formatPoints } from '../../format';
import { drawRunPrediction } from '../../run/predict/run-prediction';
import { drawSwitch } from '../../run/run-charts';

const STYLES: Readonly<Record<BranchName, LineStyle>> = {
  early: { colour: 'green', width: 2, dash: [6, 3], marker: 'square' },
  'in-time': { colour: 'blue', width: 2.5, dash: [], marker: 'circle' },
  late: { colour: 'vermillion', width: 2, dash: [2, 3], marker: 'triangle' },
};

export const BRANCH_LABELS: Readonly<Record<BranchName, string>> = {
  early: 'early',
  'in-time': 'in time',
  late: 'late',
};

/** FLOPs of an SFT step and of a whole run, which the axis takes before anything has been trained. */
const STEP_COMPUTE = 58e6;
const WHOLE_COMPUTE = 16.2e9;

/** Where a branch left SFT. */
interface BranchStart {
  /** Of SFT; at its evaluation before, and at the one after. */
  readonly step: number;
  readonly before: number;
  readonly after: number;
  /** P_sft, in percent. */
  readonly score: number;
}

/** Where a branch ended. */
export interface BranchEnd {
  readonly branch: BranchName;
  readonly score: number;
  readonly standardError: number;
}

export class SwitchPicture {
  readonly table = new SeriesTable(['sft', ...BRANCH_NAMES]);
  #news = $state.raw<readonly SwitchNews[]>([]);

  clear(): void {
    this.table.clear();
    this.#news = [];
  }

  /** Branches come one after the other, and a chart's rows from left to right. */
  hear(news: SwitchNews): void {
    this.#news = [...this.#news, news].sort((a, b) => a.compute - b.compute);
    this.table.clear();
    for (const { branch, step, compute, score } of this.#news) {
      const stage = branch === null ? 'sft' : 'rl';
      this.table.add({ stage, step, compute }, { [branch ?? 'sft']: score });
    }
  }

  /** The branches that have ended, the highest first. */
  get ends(): readonly BranchEnd[] {
    return this.#news
      .flatMap(({ branch, isLast, score, standardError }) =>
        branch !== null && isLast ? [{ branch, score, standardError }] : [],
      )
      .sort((a, b) => b.score - a.score);
  }

  /** Where RL that began in time left SFT; null before. */
  get inTime(): BranchStart | null {
    const start = this.#news.find(({ branch }) => branch === 'in-time');
    if (!start) return null;
    const sft = this.#news.filter(({ branch }) => branch === null);
    const at = sft.findLastIndex(({ compute }) => compute <= start.compute);
    return {
      step: sft[at]!.step,
      before: sft[at - 1]?.step ?? 0,
      after: sft[at + 1]?.step ?? Infinity,
      score: start.score,
    };
  }

  /** FLOPs of an SFT step. */
  get stepCompute(): number {
    const last = this.#news.findLast(({ branch, step }) => branch === null && step > 0);
    return last ? last.compute / last.step : STEP_COMPUTE;
  }

  /** Points by which the first two ends may differ by the luck of their samples, in 90 of 100 cases. */
  get luck(): number {
    const [first, second] = this.ends;
    if (!first || !second) return 0;
    return NORMAL_90 * hypotenuse(first.standardError, second.standardError);
  }

  /** @param settings the prediction as it is when the chart is drawn */
  chart(settings: () => SwitchSettings): ChartSpec {
    const format = (value: number): string => `${formatPoints(value)}%`;
    const line = (key: BranchName): ChartLine => ({
      key,
      label: `RL, ${BRANCH_LABELS[key]}`,
      style: STYLES[key],
      format,
    });
    const sft: LineStyle = { colour: 'ink', width: 2, dash: [], marker: null };
    return {
      id: 'branches',
      title: 'Three moments to switch',
      unit: '% right on the benchmark',
      table: this.table,
      lines: [...BRANCH_NAMES.map(line), { key: 'sft', label: 'SFT', style: sft, format }],
      height: 320,
      yRange: () => [...SHOWN_PERCENT],
      xEnd: (last) => Math.max(last, WHOLE_COMPUTE),
      over: (ink) => {
        const { best, ends, switchStep, pSft } = settings();
        drawRunPrediction(ink, {
          switchStep,
          pSft,
          aPost: ends,
          at: switchStep * this.stepCompute,
        });
        const text = `predicted: ${BRANCH_LABELS[best]}, ${formatPoints(ends)}%`;
        const y = ink.y(ends) - ink.px(9);
        ink.label(text, ink.box.right - ink.px(20), y, {
          align: 'right',
          weight: 600,
          backed: true,
        });
        // At the top, above the curves: handles stand at the bottom.
        const heights = [...BRANCH_NAMES.keys()].map((i) => ink.box.top + ink.px(10 + 16 * i));
        BRANCH_NAMES.forEach((name, i) => {
          const start = this.#news.find(({ branch }) => branch === name);
          if (start) drawSwitch(ink, start.compute, BRANCH_LABELS[name], heights[i]!);
        });
      },
    };
  }
}
