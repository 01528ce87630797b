/** What chapter 1 draws: attempts at one problem, and success rates that settle. */
import { rateEstimate, type Estimate } from '../../../theory';
import type { GuessNews } from '../../../lesson/parts/guess';
import type { Rollout } from '../../../training/events';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import { levelStyle } from '../../charts/line-style';
import { SeriesTable } from '../../charts/series-table';
import { formatPoints } from '../../format';
import { countAxis } from '../../charts/count-axis';

const LEVELS = 4;

function columnsOf(level: number): [rate: string, low: string, high: string] {
  const key = `level_${level + 1}`;
  return [key, `${key}_low`, `${key}_high`];
}

const levels = Array.from({ length: LEVELS }, (_, level) => level);

/** A rate with its interval, such as "31% (16–52%)". */
export function rateWords({ value, low, high }: Estimate): string {
  return `${formatPoints(value)}% (${formatPoints(low)}–${formatPoints(high)}%)`;
}

export class GuessPicture {
  readonly table = new SeriesTable(levels.flatMap(columnsOf));
  #attempts = $state.raw<readonly Rollout[]>([]);
  #rates = $state.raw<readonly Estimate[]>([]);

  /** At the one problem. */
  get attempts(): readonly Rollout[] {
    return this.#attempts;
  }

  /** Of each level so far; empty before the first count. */
  get rates(): readonly Estimate[] {
    return this.#rates;
  }

  clear(): void {
    this.table.clear();
    this.#attempts = [];
    this.#rates = [];
  }

  hear(news: GuessNews): void {
    if (news.type === 'attempts') {
      this.#attempts = news.attempts;
      return;
    }
    const { samples, right } = news;
    this.#rates = right.map((count) => rateEstimate(count, samples));
    const cells = this.#rates.flatMap(({ value, low, high }, level) => {
      const [rate, lowest, highest] = columnsOf(level);
      return [
        [rate, value],
        [lowest, low],
        [highest, high],
      ];
    });
    const place = { stage: 'sft', step: samples, compute: samples } as const;
    this.table.add(place, Object.fromEntries(cells) as Record<string, number>);
  }

  chart(): ChartSpec {
    const lines = levels.map((level): ChartLine => {
      const [key, low, high] = columnsOf(level);
      return {
        key,
        label: level === 0 ? '1 operator' : `${level + 1} operators`,
        style: { ...levelStyle(level), marker: null, width: 2 },
        band: [low, high],
        format: (value) => `${formatPoints(value)}%`,
      };
    });
    return {
      id: 'success-rate',
      title: 'Success rate',
      unit: '% right, with 90% intervals',
      table: this.table,
      lines,
      height: 260,
      yRange: () => [0, 100],
      axis: countAxis('Problems of each level'),
    };
  }
}
