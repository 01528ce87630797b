/** What chapter 2 draws: how likely each token of one solution is, step by step. */
import type { ImitateNews } from '../../../lesson/parts/imitate';
import { rateEstimate, type Estimate } from '../../../theory';
import type { ChartSpec } from '../../charts/chart-spec';
import { SeriesTable } from '../../charts/series-table';
import { formatPoints, formatSignificant } from '../../format';
import { countAxis } from '../../charts/count-axis';

interface Solution {
  readonly prompt: string;
  readonly tokens: readonly string[];
}

interface Scored {
  readonly step: number;
  readonly probabilities: readonly number[];
  readonly whole: number;
}

/** A probability in percent, such as "94%" or "0.003%"; what is smaller as a power of ten. */
export function probabilityWords(share: number): string {
  const percent = 100 * share;
  if (percent === 0) return '0%';
  if (percent < 0.001)
    return `${percent
      .toExponential(0)
      .replace('e-', ' · 10⁻')
      .replace(/⁻(\d+)$/, (_, n: string) => `⁻${superscript(n)}`)}%`;
  return `${formatSignificant(percent, 2)}%`;
}

function superscript(digits: string): string {
  return [...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

export class ImitatePicture {
  readonly table = new SeriesTable(['solution', 'fresh', 'fresh_low', 'fresh_high']);
  #solution = $state.raw<Solution | null>(null);
  #first = $state.raw<Scored | null>(null);
  #now = $state.raw<Scored | null>(null);
  #checks = $state.raw<readonly Estimate[]>([]);

  get solution(): Solution | null {
    return this.#solution;
  }

  /** Before the first step. */
  get first(): Scored | null {
    return this.#first;
  }

  get now(): Scored | null {
    return this.#now;
  }

  /** Percent of fresh problems answered right with its interval, check by check. */
  get checks(): readonly Estimate[] {
    return this.#checks;
  }

  clear(): void {
    this.table.clear();
    this.#solution = this.#first = this.#now = null;
    this.#checks = [];
  }

  hear(news: ImitateNews): void {
    switch (news.type) {
      case 'trajectory':
        this.#solution = news;
        return;
      case 'scored':
        this.#first ??= news;
        this.#now = news;
        this.#add(news.step, { solution: 100 * news.whole });
        return;
      case 'checked': {
        const rate = rateEstimate(news.right, news.problems);
        const { value: fresh, low: fresh_low, high: fresh_high } = rate;
        this.#checks = [...this.#checks, rate];
        this.#add(news.step, { fresh, fresh_low, fresh_high });
        return;
      }
      default:
        news satisfies never;
    }
  }

  #add(step: number, values: Readonly<Record<string, number>>): void {
    this.table.add({ stage: 'sft', step, compute: step }, values);
  }

  chart(): ChartSpec {
    const format = (value: number): string => `${formatPoints(value)}%`;
    return {
      id: 'imitation',
      title: 'Imitation, and what it is good for',
      unit: '%, with 90% intervals of the new problems',
      table: this.table,
      lines: [
        {
          key: 'solution',
          label: 'probability of this solution',
          style: { colour: 'blue', width: 2.5, dash: [], marker: null },
          format,
        },
        {
          key: 'fresh',
          label: 'new problems right',
          band: ['fresh_low', 'fresh_high'],
          style: { colour: 'orange', width: 2, dash: [6, 3], marker: 'square' },
          format,
        },
      ],
      height: 220,
      yRange: () => [0, 100],
      axis: countAxis('SFT step'),
    };
  }
}
