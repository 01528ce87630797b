/** What chapter 4 draws: eight attempts, what their rewards make of them, and how likely they become. */
import { LESSON_CONFIG } from '../../../lesson/context';
import { GROUP_SIZE, type RewardNews } from '../../../lesson/parts/reward';
import { netPushes, tokenPushes, withRewards } from '../../../lesson/pushes';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import type { LineStyle } from '../../charts/line-style';
import { SeriesTable } from '../../charts/series-table';
import { formatSignificant } from '../../format';
import { countAxis } from '../../charts/count-axis';

type Attempts = Extract<RewardNews, { type: 'attempts' }>;
type Stepped = Extract<RewardNews, { type: 'stepped' }>;

const attemptKeys = Array.from({ length: GROUP_SIZE }, (_, i) => `attempt_${i + 1}`);

/** What a group's rewards come to. */
export interface JudgedGroup {
  /** One for each attempt. */
  readonly advantages: readonly number[];
  /** Of each token: its own attempt's push, and that of all attempts that share its beginning. */
  readonly pushes: readonly (readonly number[])[];
  readonly net: readonly (readonly number[])[];
  /** The largest of all, for the strength of a colour; above 0. */
  readonly largest: number;
}

/** Dashes tell the attempts apart; the colour tells whether an attempt is rewarded. */
function lineStyle(i: number, isRewarded: boolean): LineStyle {
  const dash = [[], [6, 3], [2, 3], [8, 3, 2, 3]][i % 4]!;
  const colour = isRewarded ? 'blue' : 'vermillion';
  return { colour, width: i < 4 ? 2.5 : 1.5, dash, marker: null };
}

export class RewardPicture {
  readonly table = new SeriesTable([...attemptKeys, 'clip_ratio']);
  #group = $state.raw<Attempts | null>(null);
  #now = $state.raw<Stepped | null>(null);

  get group(): Attempts | null {
    return this.#group;
  }

  /** After the newest step; null before the first. */
  get now(): Stepped | null {
    return this.#now;
  }

  /** Forgets the steps; the attempts stay. */
  clearSteps(): void {
    this.table.clear();
    this.#now = null;
  }

  clear(): void {
    this.clearSteps();
    this.#group = null;
  }

  hear(news: RewardNews): void {
    if (news.type === 'attempts') {
      this.#group = news;
      return;
    }
    this.#now = news;
    const { step, ratios, clipped } = news;
    const cells = ratios.map((ratio, i) => [attemptKeys[i]!, ratio] as const);
    const place = { stage: 'rl', step, compute: step } as const;
    this.table.add(place, { ...Object.fromEntries(cells), clip_ratio: clipped });
  }

  /** The verifier's, as digits. */
  get verified(): string {
    return (this.#group?.attempts ?? []).map(({ correct }) => (correct ? '1' : '0')).join('');
  }

  /** @param rewards one for each attempt */
  judged(rewards: readonly number[]): JudgedGroup | null {
    const group = this.#group;
    if (!group) return null;
    const { rl } = LESSON_CONFIG;
    const experience = withRewards(group.experience, rewards, rl);
    const pushes = tokenPushes(experience, rl);
    const net = netPushes(group.tokens, pushes);
    const largest = Math.max(1e-9, ...net.flat().map(Math.abs));
    return { advantages: [...experience.advantages], pushes, net, largest };
  }

  /** @param rewards those of the steps that are drawn */
  chart(rewards: readonly number[]): ChartSpec {
    const lines = attemptKeys.map((key, i): ChartLine => ({
      key,
      label: `attempt ${i + 1}`,
      style: lineStyle(i, rewards[i] === 1),
      format: (value) => `×${formatSignificant(value, 2)}`,
    }));
    return {
      id: 'ratios',
      title: 'How many times as probable as when it was written',
      unit: 'blue: rewarded',
      table: this.table,
      lines,
      height: 260,
      isLogarithmic: true,
      yRange: () => [0.02, 20],
      axis: countAxis('RL step'),
    };
  }
}
