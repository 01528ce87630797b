/** Numbers and times as people read them. */

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Index of the SI prefix under which `value` has one to three digits before the point. */
function prefixOf(value: number): number {
  if (!(value >= 1)) return 0;
  return Math.min(PREFIXES.length - 1, Math.floor(Math.log10(value) / 3 + 1e-9));
}

/** Three significant digits, without an exponent. */
export function formatSignificant(value: number, digits = 3): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(20, Math.max(0, digits - 1 - magnitude)));
}

/** A number without a unit, however large: 1.32e20 becomes "132 E". */
export function formatAmount(value: number): string {
  const prefix = prefixOf(value);
  return `${formatSignificant(value / 1000 ** prefix)} ${PREFIXES[prefix]}`.trimEnd();
}

/** Compute with its unit: 1.32e11 becomes "132 GFLOPs". */
export function formatFlops(flops: number): string {
  const prefix = prefixOf(flops);
  return `${formatSignificant(flops / 1000 ** prefix)} ${PREFIXES[prefix]}FLOPs`;
}

/** Labels of a compute axis, all with one prefix. */
export function formatFlopsTicks(ticks: readonly number[]): string[] {
  const prefix = prefixOf(Math.max(...ticks, 0));
  return ticks.map((tick) => {
    const scaled = Number((tick / 1000 ** prefix).toPrecision(6));
    return scaled === 0 ? '0' : `${scaled} ${PREFIXES[prefix]}`;
  });
}

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

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Points of the benchmark, with one decimal. */
export function formatPoints(value: number): string {
  return value.toFixed(1).replace('-', '−');
}

/** A share from 0 to 1 as a percentage. */
export function formatShare(value: number): string {
  return `${formatSignificant(100 * value, value < 0.1 ? 2 : 3)}%`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
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

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
