import { divergenceSentence, signSentence } from '../../../src/words/en/reasons/run-reasons';
import { describe, expect, it } from 'vitest';
import {
  enterFinding,
  FRESH_WATCH,
  lostReward,
  watchStep,
  type Watch,
  type WatchedStep,
} from '../../../src/training/instability';

const CALM: WatchedStep = { gradNorm: 0.5, entropy: 0.6, reward: 0.8 };

/** The watch after these steps, and the kinds that each found. */
function watched(steps: readonly WatchedStep[]): { watch: Watch; kinds: string[][] } {
  let watch = FRESH_WATCH;
  const kinds = steps.map((step) => {
    const next = watchStep(watch, step);
    watch = next.watch;
    return next.found.map(({ kind }) => kind);
  });
  return { watch, kinds };
}

const calm = (n: number, change: Partial<WatchedStep> = {}): WatchedStep[] =>
  Array.from({ length: n }, () => ({ ...CALM, ...change }));

describe('the watch on instability', () => {
  it('finds nothing in calm training, also where steps are skipped', () => {
    const skipped = { gradNorm: null, entropy: null, reward: 0.8 };
    const { kinds } = watched([...calm(8), skipped, ...calm(8)]);
    expect(kinds.flat()).toEqual([]);
  });

  it('finds a gradient over ten times the usual, once there is a usual', () => {
    expect(watched([...calm(4), { ...CALM, gradNorm: 6 }]).kinds.at(-1)).toEqual([]);
    expect(watched([...calm(5), { ...CALM, gradNorm: 4.9 }]).kinds.at(-1)).toEqual([]);
    expect(watched([...calm(5), { ...CALM, gradNorm: 5.1 }]).kinds.at(-1)).toEqual([
      'gradient-spike',
    ]);
  });

  it('finds an entropy under a twentieth of what it was', () => {
    const { kinds } = watched([
      ...calm(4),
      { ...CALM, entropy: 0.031 },
      { ...CALM, entropy: 0.029 },
    ]);
    expect(kinds.at(-2)).toEqual([]);
    expect(kinds.at(-1)).toEqual(['entropy-collapse']);
  });

  it('finds a mean reward under half of its best', () => {
    const { kinds, watch } = watched([...calm(5), ...calm(5, { reward: 0.1 })]);
    // After four low rewards the mean of five is 0.24, the first under 0.4 after three: 0.38.
    expect(kinds.map((found) => found.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(lostReward(watch)).toBeNull();
  });

  it('gives a policy up whose reward is under a tenth of its best', () => {
    const { watch } = watched([...calm(5), ...calm(5, { reward: 0 })]);
    expect(divergenceSentence(lostReward(watch)!)).toMatch(
      /last 5 steps is 0\.00.*best, 0\.800.*lost/,
    );
  });

  it('says what it saw, in numbers', () => {
    const { watch } = watched(calm(5));
    const [finding] = watchStep(watch, { ...CALM, gradNorm: 7 }).found;
    expect(finding).toMatchObject({ reason: { gradNorm: 7, usual: 0.5, times: 10 } });
    expect(signSentence(finding!.reason)).toMatch(/norm is 7\.00, over 10 times the 0\.500/);
  });
});

describe('the list of instabilities', () => {
  it('has each kind once a stage, with its first step and the number of steps', () => {
    const told = (text: string) => ({ because: 'told', text }) as const;
    const finding = { kind: 'gradient-spike', reason: told('a') } as const;
    let list = enterFinding([], finding, { stage: 'sft', step: 3 });
    list = enterFinding(list, { ...finding, reason: told('b') }, { stage: 'sft', step: 9 });
    list = enterFinding(list, finding, { stage: 'rl', step: 1 });
    expect(list).toEqual([
      { kind: 'gradient-spike', stage: 'sft', step: 3, steps: 2, reason: told('a') },
      { kind: 'gradient-spike', stage: 'rl', step: 1, steps: 1, reason: told('a') },
    ]);
  });
});
