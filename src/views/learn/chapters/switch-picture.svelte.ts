/** What chapter 5 draws: SFT, the three branches of RL on one axis, and what was predicted. */
import {
  BRANCH_NAMES,
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
import { drawSwitch } from '../../run/run-charts';

const STYLES: Readonly<Record<BranchName, LineStyle>> = {
  early: { colour: 'orange', width: 2, dash: [6, 3], marker: 'square' },
  'in-time': { colour: 'blue', width: 2.5, dash: [], marker: 'circle' },
  late: { colour: 'vermillion', width: 2, dash: [2, 3], marker: 'triangle' },
};

export const BRANCH_LABELS: Readonly<Record<BranchName, string>> = {
  early: 'early',
  'in-time': 'in time',
  late: 'late',
};

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
      unit: '% of the benchmark, against compute',
      table: this.table,
      lines: [...BRANCH_NAMES.map(line), { key: 'sft', label: 'SFT', style: sft, format }],
      height: 320,
      yRange: () => [40, 100],
      over: (ink) => {
        const { best, ends } = settings();
        const y = ink.y(ends);
        const { left, right } = ink.box;
        const colour = ink.colours.data[STYLES[best].colour];
        const across: [number, number][] = [
          [left, y],
          [right, y],
        ];
        ink.stroke(across, { colour, width: 1.5, dash: [8, 4] });
        const text = `predicted: ${BRANCH_LABELS[best]}, ${formatPoints(ends)}%`;
        ink.label(text, left + ink.px(6), y - ink.px(9), { weight: 600, backed: true });
        const lows = [...BRANCH_NAMES.keys()].map((i) => ink.box.bottom - ink.px(14 + 16 * i));
        BRANCH_NAMES.forEach((name, i) => {
          const start = this.#news.find(({ branch }) => branch === name);
          if (start) drawSwitch(ink, start.compute, BRANCH_LABELS[name], lows[i]!);
        });
      },
    };
  }
}
