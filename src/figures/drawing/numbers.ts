/** Numbers as figures and their readings write them. */
import { power } from '../../elementary';
import { toDecimals } from '../../rounding';

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Index of the SI prefix under which `value` has one to three digits before the point. */
function prefixOf(value: number): number {
  if (!(value >= 1)) return 0;
  return Math.min(PREFIXES.length - 1, Math.floor(magnitudeOf(value) / 3));
}

/** The power of ten of a number's first digit. */
function magnitudeOf(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** A number in units of its prefix. */
function scaledBy(prefix: number, value: number): number {
  return value / power(1000, prefix);
}

/** Three significant digits, without an exponent. */
export function formatSignificant(value: number, digits = 3): string {
  if (value === 0) return '0';
  return toDecimals(value, Math.min(20, Math.max(0, digits - 1 - magnitudeOf(value))));
}

/** A number without a unit, however large: 1.32e20 becomes "132 E". */
export function formatAmount(value: number): string {
  const prefix = prefixOf(value);
  return `${formatSignificant(scaledBy(prefix, value))} ${PREFIXES[prefix]}`.trimEnd();
}

/** Compute with its unit: 1.32e11 becomes "132 GFLOPs". */
export function formatFlops(flops: number): string {
  const prefix = prefixOf(flops);
  return `${formatSignificant(scaledBy(prefix, flops))} ${PREFIXES[prefix]}FLOPs`;
}

/** Labels of a compute axis, all with one prefix: "0" and "100 G". */
export function formatFlopsTicks(ticks: readonly number[]): string[] {
  const prefix = prefixOf(Math.max(...ticks, 0));
  return ticks.map((tick) => {
    const scaled = Number(scaledBy(prefix, tick).toPrecision(6));
    return scaled === 0 ? '0' : `${scaled} ${PREFIXES[prefix]}`;
  });
}

/** Labels of a compute axis whose title has the unit: "0", "100" and "GFLOPs". */
export function flopsTicks(ticks: readonly number[]): { labels: string[]; unit: string } {
  const prefix = prefixOf(Math.max(...ticks, 0));
  const scaled = ticks.map((tick) => Number(scaledBy(prefix, tick).toPrecision(6)));
  return { labels: tickLabels(scaled), unit: `${PREFIXES[prefix]}FLOPs` };
}

/** Labels of an axis, all with as many decimals as one of them needs. */
export function tickLabels(ticks: readonly number[]): string[] {
  const decimals = ticks.map((tick) => {
    const [, after = ''] = String(Number(tick.toPrecision(6))).split('.');
    return after.length;
  });
  const most = Math.min(6, Math.max(0, ...decimals));
  return ticks.map((tick) => formatDecimals(tick, most));
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** As an axis has room for: 889,000 becomes "889k". */
export function shortCount(value: number): string {
  return value >= 10_000 ? `${Number((value / 1000).toPrecision(4))}k` : formatCount(value);
}

/** With a minus sign that is as wide as a plus. */
export function formatDecimals(value: number, digits: number): string {
  return toDecimals(value, digits).replace('-', '−');
}

/** Points of the benchmark, with one decimal. */
export function formatPoints(value: number): string {
  return formatDecimals(value, 1);
}

/** With a sign, as differences are written. */
export function formatChange(value: number, digits = 1): string {
  const text = toDecimals(Math.abs(value), digits);
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

/** What was measured or published, with its interval where there is one. */
export interface Shown {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** "72.1 [70.4, 73.9]", or the number alone where no interval is known. */
export function formatShown(
  { value, low, high }: Shown,
  format: (value: number) => string = formatPoints,
): string {
  if (low === null || high === null) return format(value);
  return `${format(value)} [${format(low)}, ${format(high)}]`;
}

/** The two layers in which a figure is read (figure.ts). */
export interface Said {
  readonly headline: string;
  readonly reading: string;
}
