/**
 * Waves that have not begun.
 *
 * A level that rests on a plateau, or at chance, says nothing about whether it will move. Whether it
 * ever does, and when, is a mixture cure model (Berkson and Gage 1952): some levels are never learned
 * further; of the others a constant rate of RL compute decides when the next wave begins. The longer a
 * level has rested, the more likely it is done. The rate is unknown; one draw of it holds for all levels
 * and seeds of a cell. To count it on a study's other curves was tried and made forecasts worse: what
 * took off in a short range says little of a longer one (55% of 100 staircases' ends were held, not 79%).
 */
import { exp, log } from '../../elementary';
import type { Random } from '../../random';
import type { PlacedWave } from './level-posterior';

/** Waves a range of observed compute, gamma-distributed: anything from 0.1 to 6. */
const WAVE_RATE = { shape: 1, exposure: 0.5 };
/** Prior probability that a level that is not learned whole will go on. */
const GOES_ON = 0.7;
/** Ranges of compute beyond which nobody will train: a wave that begins later is none. */
const HORIZON = 8;
/** A level this close to its top has no further wave. */
const LEARNED = 0.985;
/** A wave that rises less is no more than drift: the level has rested from its beginning. */
const DRIFT = 0.08;
/** When 80% of a wave is made, it is over: 4 to 1 in the odds of its equation. */
const LOG_FOUR = log(4);
/** Compute that a new wave takes, as a share of the observed range. */
const WIDTH = { logMean: log(0.25), logStd: 0.7 };
/** Half of the waves end at the top. */
const WHOLE = 0.5;

/** A wave that begins after the last evaluation. */
export interface NewWave {
  /** Compute at which it begins, as a share of the observed: above 1. */
  readonly at: number;
  readonly ceiling: number;
  readonly width: number;
}

/** Compute since the wave was made, as a share of the observed. */
function restedFor({ from, start, ceiling, mid, steepness }: PlacedWave): number {
  if (Math.abs(ceiling - start) <= DRIFT) return 1 - from;
  const made = from + (1 - from) * mid * exp(LOG_FOUR / steepness);
  return Math.max(0, 1 - made);
}

/** A draw from a gamma distribution of any shape above 0 (Marsaglia and Tsang 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) {
    return gamma(random, shape + 1) * exp(log(1 - random.uniform()) / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    const v = root * root * root;
    if (v <= 0) continue;
    if (log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

/** Waves a range, as they may be: one draw holds for all levels of a cell, which share their policy. */
export function drawWaveRate(random: Random): number {
  return gamma(random, WAVE_RATE.shape) / WAVE_RATE.exposure;
}

/** The next wave of a level whose present one is `wave`; null where none comes. */
export function drawNewWave(random: Random, wave: PlacedWave, perRange: number): NewWave | null {
  const silent = exp(-perRange * restedFor(wave));
  const goesOn = (GOES_ON * silent) / (1 - GOES_ON + GOES_ON * silent);
  const comes = random.uniform() < goesOn;
  const at = 1 - log(1 - random.uniform()) / perRange;
  const share = random.chance(WHOLE) ? 1 : random.uniform();
  const width = exp(WIDTH.logMean + WIDTH.logStd * random.normal());
  if (!comes || at > HORIZON || wave.ceiling >= LEARNED) return null;
  return { at, ceiling: wave.ceiling + share * (1 - wave.ceiling), width };
}

/** Rate of right answers at compute x, where the wave before it alone would have reached `rate`. */
export function withNewWave(rate: number, wave: NewWave | null, x: number): number {
  if (!wave || x <= wave.at) return rate;
  const made = 1 - exp((wave.at - x) / wave.width);
  return rate + made * Math.max(0, wave.ceiling - rate);
}
