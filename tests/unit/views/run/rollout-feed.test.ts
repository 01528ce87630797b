import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RolloutFeed } from '../../../../src/views/run/live/rollout-feed.svelte';
import type { RolloutBatch } from '../../../../src/views/run/measurements';

function batch(step: number, size = 8): RolloutBatch {
  const rollout = {
    level: 0,
    prompt: '1+1=',
    completion: '+12#2$',
    expected: '2',
    correct: true,
    wellFormed: true,
    advantage: null,
  };
  const rollouts = Array.from({ length: size }, (_, i) => ({ ...rollout, level: i }));
  return { position: { stage: 'rl', step, compute: step }, rollouts };
}

let feed: RolloutFeed;

beforeEach(() => {
  vi.useFakeTimers();
  feed = new RolloutFeed();
});

afterEach(() => {
  feed.end();
  vi.useRealTimers();
});

describe('the stream of attempts', () => {
  it('holds a batch long enough to be read, then shows the newest', () => {
    for (let step = 1; step <= 10; step++) {
      feed.offer(batch(step));
      vi.advanceTimersByTime(100);
    }
    expect(feed.shown?.position.step).toBe(1);
    vi.advanceTimersByTime(2000);
    expect(feed.shown?.position.step).toBe(10);
  });

  it('shows the next batch at once where nothing came for a while', () => {
    feed.offer(batch(1));
    vi.advanceTimersByTime(5000);
    feed.offer(batch(2));
    expect(feed.shown?.position.step).toBe(2);
  });

  it('stands still while it is frozen, and goes on with the newest', () => {
    feed.offer(batch(1));
    feed.toggle();
    vi.advanceTimersByTime(5000);
    feed.offer(batch(2));
    feed.offer(batch(3));
    vi.advanceTimersByTime(5000);
    expect(feed.shown?.position.step).toBe(1);
    feed.toggle();
    expect(feed.shown?.position.step).toBe(3);
  });

  it('takes eight of a larger batch, spread over it', () => {
    feed.offer(batch(1, 24));
    expect(feed.shown?.rollouts.map(({ level }) => level)).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
  });
});
