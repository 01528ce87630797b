/** Where a set comes from, how it was cut, and how hard it is, in words. */
import { levelCount, type SetRecipe } from '../../tasks';
import type { DeriveRule } from '../../trajectories/derive';
import type { DifficultySettings } from '../../trajectories/difficulty';
import { ROW_FAULTS } from '../../trajectories/files/report';
import type { SetOrigin } from '../../trajectories/origin';
import type { MeasureSummary } from '../../trajectories/difficulty';
import type { SetRecord } from '../../runtime/stores/sets';
import { formatCount, formatShare, formatSignificant } from '../format';
import { toDecimals } from '../../rounding';
import { counted } from '../../words/en/counted';

/** One sentence, for a list. */
export function originWords(origin: SetOrigin): string {
  switch (origin.kind) {
    case 'generated':
      return `made with seed ${origin.seed}${faultWords(origin.recipe)}`;
    case 'imported': {
      const left = origin.summary.read - origin.summary.kept;
      const note = left > 0 ? `, ${counted(left, 'row')} left out` : '';
      return `from ${origin.file.name}${note}`;
    }
    case 'derived':
      return `${ruleWords(origin.rule)} of ${origin.sources.map(({ name }) => `“${name}”`).join(' and ')}`;
    default:
      return origin satisfies never;
  }
}

/** A share that was chosen, not measured: without digits that nobody gave. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}

function faultWords({ expert }: SetRecipe): string {
  const faults: [string, number | undefined][] = [
    ['of steps left out', expert.skip],
    ['of steps wrong', expert.error],
    ['answers alone', expert.answerOnly],
    ['noisy walks', expert.wander],
    ['wrong', expert.wrong],
    ['verbose', expert.verbose],
  ];
  return faults
    .filter(([, share]) => share !== undefined && share > 0)
    .map(([what, share]) => `, ${percent(share!)} ${what}`)
    .join('');
}

/** What a rule takes, as in "the hardest 600 of …". */
function ruleWords(rule: DeriveRule): string {
  switch (rule.kind) {
    case 'band': {
      const by = rule.order.by === 'level' ? 'level' : 'measured difficulty';
      const which = { easy: 'easiest', uniform: 'evenly spread', hard: 'hardest' }[rule.band];
      return `${formatCount(rule.size)} ${which} by ${by}`;
    }
    case 'subset':
      return `${formatCount(rule.size)} at random (seed ${rule.seed})`;
    case 'dedupe':
      return `the first of equal ${rule.by === 'prompt' ? 'prompts' : 'trajectories'}`;
    case 'without-parts':
      return `without the ${rule.parts.join(' and ')} part`;
    case 'correct':
      return 'the right trajectories';
    case 'split':
      return rule.side === 'validation'
        ? `${percent(rule.share)} of the prompts, split off for validation,`
        : `what is left without ${percent(rule.share)} of the prompts, split off for validation,`;
    case 'merge':
      return 'all';
    case 'copy':
      return 'a copy';
    default:
      return rule satisfies never;
  }
}

/** What was left out on the way, for the page of a set; null where nothing was. */
export function leftOutWords(origin: SetOrigin): string | null {
  if (origin.kind === 'generated') return null;
  const removed: [string, number][] =
    origin.kind === 'derived'
      ? Object.entries(origin.report.removed)
      : origin.summary.faults.map(({ fault, count }) => [ROW_FAULTS[fault], count]);
  const found = removed.filter(([, count]) => count > 0);
  if (found.length === 0) return null;
  return found.map(([what, count]) => `${formatCount(count)} ${what}`).join(', ');
}

export function measureWords(settings: DifficultySettings): string {
  return settings.kind === 'loss'
    ? 'loss per token'
    : `failure rate over ${counted(settings.samples, 'attempt')}`;
}

export function measuredWords({ settings, mean }: MeasureSummary): string {
  return settings.kind === 'loss' ? `${formatSignificant(mean)} nats` : `${formatShare(mean)} fail`;
}

/** The measure that a set shows first: the newest. */
export function shownMeasure({ measures }: SetRecord): MeasureSummary | undefined {
  return measures.at(-1);
}

/** Mean level from 1, an estimate of difficulty where none was measured. */
export function meanLevel({ statistics }: SetRecord): number {
  const { perLevel, size } = statistics;
  return perLevel.reduce((sum, count, level) => sum + count * (level + 1), 0) / size;
}

export function levelEstimate(set: SetRecord): string {
  return `level ${toDecimals(meanLevel(set), 1)} of ${levelCount(set.task)}`;
}
