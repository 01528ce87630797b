/**
 * The one rule by which the lab rounds what it writes for people: on the page, in figures, in the
 * terminal and in the README.
 */

/** Decimal digits that every double keeps with room to spare: beyond them is the noise of binary. */
const KEPT_DIGITS = 12;

/**
 * `value` with `digits` decimals; what lies half-way goes away from zero, as a person rounds by hand.
 * `toFixed` looks at the binary value, which for 95.05 lies just below half-way, and says "95.0".
 * @example toDecimals(95.05, 1) // "95.1"
 */
export function toDecimals(value: number, digits: number): string {
  const scale = Number(`1e${digits}`);
  const scaled = Number((Math.abs(value) * scale).toPrecision(KEPT_DIGITS));
  const text = (Math.round(scaled) / scale).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `-${text}` : text;
}
