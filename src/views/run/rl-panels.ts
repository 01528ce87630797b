/** The measures that are shown as small charts, one or two lines each. */
import type { RunConfig } from '../../training/configuration/run-config';
import { needsDemonstrations } from '../../training/methods';
import type { ChartLine, ChartSpec } from '../charts/chart-spec';
import type { LineStyle } from '../charts/line-style';
import type { SeriesTable } from '../charts/series-table';
import { formatPoints, formatShare, formatSignificant } from '../format';
import { passKey, passLevels, type Measurements } from './measurements';
import { drawTroubles } from './trouble-marks';
import { toDecimals } from '../../rounding';

const SOLID: LineStyle = { colour: 'blue', width: 2, dash: [], marker: null };
const DASHED: LineStyle = { colour: 'vermillion', width: 2, dash: [5, 3], marker: null };
/** Points far apart. */
const DOTTED: LineStyle = { ...SOLID, marker: 'circle' };
const DOTTED_TOO: LineStyle = { ...DASHED, marker: 'square' };
const PASS_STYLES: readonly LineStyle[] = [
  DOTTED,
  { colour: 'green', width: 2, dash: [6, 3], marker: 'triangle' },
  { colour: 'orange', width: 2, dash: [2, 3], marker: 'square' },
  { colour: 'purple', width: 2, dash: [8, 3, 2, 3], marker: 'diamond' },
];

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Shown without being asked for. */
  readonly isStandard: boolean;
  /** Where its numbers lie; default: `rl`, its steps. */
  readonly table?: 'rl' | 'benchmark' | 'drift';
  readonly lines: readonly ChartLine[];
}

function decimals(value: number): string {
  return toDecimals(value, 3);
}

function line(key: string, label: string, style = SOLID, format = decimals): ChartLine {
  return { key, label, style, format };
}

function standard(id: string, title: string, unit: string, lines: readonly ChartLine[]): Panel {
  return { id, title, unit, isStandard: true, lines };
}

const REWARD = standard('reward', 'Reward', 'mean of a rollout', [
  line('reward', 'mean', SOLID),
  line('reward_std', 'standard deviation', DASHED),
]);

const ENTROPY = standard('entropy', 'Entropy', 'nats per token', [line('entropy', 'policy')]);

const KL = standard('kl', 'KL to the branch point', 'nats per token', [line('kl', 'estimate')]);

const EXPERT = standard('expert', 'Expert’s tokens', 'share of those learned from', [
  line('expert_token_share', 'demonstrated', SOLID, formatShare),
]);

const DRIFT: Panel = {
  id: 'drift',
  title: 'Weight drift',
  unit: 'relative distance',
  isStandard: false,
  table: 'drift',
  lines: [
    line('drift_from_base', 'from the base', DOTTED),
    line('drift_from_branch', 'from the branch point', DOTTED_TOO),
  ],
};

const REST: readonly Panel[] = [
  {
    id: 'clip',
    title: 'Clip ratios',
    unit: 'share of tokens',
    isStandard: false,
    lines: [
      line('clip_ratio_high', 'upper bound', SOLID, formatShare),
      line('clip_ratio_low', 'lower bound', DASHED, formatShare),
    ],
  },
  {
    id: 'length',
    title: 'Response length',
    unit: 'tokens',
    isStandard: false,
    lines: [line('completion_mean_length', 'mean', SOLID, (n) => toDecimals(n, 1))],
  },
  {
    id: 'unused',
    title: 'Lost rollouts',
    unit: 'share',
    isStandard: false,
    lines: [
      line('frac_reward_zero_std', 'zero-variance groups', SOLID, formatShare),
      line('completion_clipped_ratio', 'cut off', DASHED, formatShare),
    ],
  },
  {
    id: 'gradient',
    title: 'Gradient norm',
    unit: 'before clipping',
    isStandard: false,
    lines: [line('grad_norm', 'mean', SOLID, (value) => formatSignificant(value))],
  },
  {
    id: 'rate',
    title: 'Learning rate',
    unit: 'of RL',
    isStandard: false,
    lines: [line('learning_rate', 'rate', SOLID, (value) => formatSignificant(value))],
  },
];

/** pass@k, measured where there are k samples of a problem. */
function passPanel(ks: readonly number[]): Panel {
  return {
    id: 'pass',
    title: 'pass@k',
    unit: '% with a right one among k',
    isStandard: false,
    table: 'benchmark',
    lines: ks.map((k, i) =>
      line(passKey(k), `k = ${k}`, PASS_STYLES[i % PASS_STYLES.length], formatPoints),
    ),
  };
}

/** The measures that a run has. */
export function panelsOf(config: RunConfig): Panel[] {
  const { klCoefficient, steps } = config.rl;
  const ks = passLevels(config);
  const ofRl = [
    REWARD,
    ENTROPY,
    ...(klCoefficient > 0 ? [KL] : []),
    ...(needsDemonstrations(config.rl) ? [EXPERT] : []),
    ...REST,
  ];
  return [...(steps > 0 ? ofRl : []), DRIFT, ...(ks.length > 0 ? [passPanel(ks)] : [])];
}

/** A small chart of one panel. */
export function panelChart(
  measurements: Measurements,
  { id, title, unit, table = 'rl', lines }: Panel,
): ChartSpec {
  const series: SeriesTable = measurements[table];
  return {
    id,
    title,
    unit,
    table: series,
    lines,
    height: 150,
    startsWithData: true,
    over: (ink) => drawTroubles(ink, measurements.troubles, ink.box.top),
  };
}
