/** What chapter 4 draws: eight attempts, what their rewards make of them, and how likely they become. */
import { LESSON_CONFIG } from '../../../lesson/context';
import { GROUP_SIZE, type RewardNews } from '../../../lesson/parts/reward';
import { netPushes, tokenPushes, withRewards } from '../../../lesson/pushes';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import type { ChartInk } from '../../charts/ink';
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

/** Colour and dash tell whether an attempt is rewarded; which one it is stands at its end. */
function lineStyle(isRewarded: boolean): LineStyle {
  return isRewarded
    ? { colour: 'blue', width: 2, dash: [], marker: null }
    : { colour: 'vermillion', width: 1.5, dash: [6, 3], marker: null };
}

/** Pixels from one number at the end of a line to the next, at least. */
const NUMBER_SPACE = 13;

/** The numbers of the attempts at the ends of their lines; those that end alike share a place. */
function drawNumbers(ink: ChartInk, step: number, ratios: readonly number[]): void {
  const ends = ratios.map((ratio, i) => ({ y: ink.y(ratio), name: String(i + 1) }));
  const places: { y: number; name: string }[] = [];
  for (const { y, name } of ends.sort((a, b) => a.y - b.y)) {
    const above = places.at(-1);
    if (above && Math.abs(above.y - y) < ink.px(1)) above.name += `, ${name}`;
    else places.push({ y: Math.max(y, (above?.y ?? -Infinity) + ink.px(NUMBER_SPACE)), name });
  }
  const [x, { top, bottom }] = [ink.x(step) + ink.px(6), ink.box];
  for (const { y, name } of places) {
    ink.label(name, x, Math.max(top, Math.min(y, bottom)), { weight: 600 });
  }
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
      style: lineStyle(rewards[i] === 1),
      format: (value) => `×${formatSignificant(value, 2)}`,
    }));
    return {
      id: 'ratios',
      title: 'How many times as probable as when it was written',
      unit: 'solid blue: rewarded; dashed: not',
      table: this.table,
      lines,
      height: 260,
      isLogarithmic: true,
      yRange: () => [0.01, 30],
      axis: countAxis('RL step'),
      // Room for the numbers.
      xEnd: (last) => 1.06 * last,
      over: (ink) => {
        const { step, ratios } = this.#now ?? { step: 0, ratios: [] };
        drawNumbers(ink, step, ratios);
      },
    };
  }
}
