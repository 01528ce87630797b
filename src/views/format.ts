/** Numbers and times as people read them. */

import { formatSignificant } from '../figures/drawing/numbers';

export {
  formatAmount,
  formatCount,
  formatDecimals,
  formatFlops,
  formatFlopsTicks,
  formatPoints,
  formatSignificant,
} from '../figures/drawing/numbers';
import { toDecimals } from '../rounding';

/** 125 becomes "2 min 5 s"; above an hour seconds are left out. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An estimate: rounded coarsely enough that it does not flicker. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 10) return '<10 s left';
  if (seconds < 60) return `${5 * Math.round(seconds / 5)} s left`;
  if (seconds < 600) return `${formatDuration(10 * Math.round(seconds / 10))} left`;
  return `${formatDuration(60 * Math.round(seconds / 60)).replace(' 0 s', '')} left`;
}

/** A share from 0 to 1 as a percentage. */
export function formatShare(value: number): string {
  return `${formatSignificant(100 * value, value < 0.1 ? 2 : 3)}%`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  if (bytes < 1e9) return `${toDecimals(bytes / 1e6, bytes < 1e7 ? 1 : 0)} MB`;
  return `${toDecimals(bytes / 1e9, 1)} GB`;
}

/** A moment as "24 Nov, 14:22"; the year is added where it is not `now`'s. */
export function formatMoment(time: number, now = Date.now()): string {
  const date = new Date(time);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}
