/** The statuses of a run in words and signs. */
import type { RunStatus } from '../../training/events';
import type { IconName } from '../controls/icons';
import type { Trouble } from './measurements';

interface StatusLook {
  readonly word: string;
  readonly icon: IconName;
  readonly tone: 'calm' | 'live' | 'good' | 'bad' | 'notice';
}

export const STATUS_LOOKS: Readonly<Record<RunStatus, StatusLook>> = {
  idle: { word: 'Ready', icon: 'circle', tone: 'calm' },
  running: { word: 'Running', icon: 'play', tone: 'live' },
  paused: { word: 'Paused', icon: 'pause', tone: 'notice' },
  interrupted: { word: 'Interrupted', icon: 'broken', tone: 'notice' },
  stopped: { word: 'Stopped', icon: 'stop', tone: 'calm' },
  finished: { word: 'Finished', icon: 'check', tone: 'good' },
  failed: { word: 'Failed', icon: 'cross', tone: 'bad' },
  diverged: { word: 'Diverged', icon: 'warning', tone: 'bad' },
};

/** Signs of trouble in words. */
export const TROUBLE_WORDS: Readonly<Record<Trouble['kind'], string>> = {
  'gradient-spike': 'Gradient spike',
  'entropy-collapse': 'Entropy collapse',
  'reward-collapse': 'Reward collapse',
  diverged: 'Diverged',
};

/** What the status means and what can be done, in a sentence. */
export function statusSentence(status: RunStatus, detail: string | null): string {
  switch (status) {
    case 'idle':
      return 'Nothing is running.';
    case 'running':
      return 'The model is training.';
    case 'paused':
      return 'Paused: continue when you like.';
    case 'interrupted':
      return `${detail ?? 'The tab was closed or reloaded during this run.'} Resume continues from its last checkpoint and ends with the numbers of an uninterrupted run.`;
    case 'stopped':
      return 'Stopped with a checkpoint: it can be resumed.';
    case 'finished':
      return 'The run has finished.';
    case 'failed':
      return `The run failed: ${detail ?? 'no reason was recorded.'}`;
    case 'diverged':
      return `Training diverged. ${detail ?? ''} What was measured up to there is kept.`;
    default:
      return status satisfies never;
  }
}
