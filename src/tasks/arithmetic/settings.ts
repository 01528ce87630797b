import * as v from 'valibot';
import { count } from '../../schema/pieces';

const weight = v.number();

export const arithmeticSettings = v.object({
  kind: v.literal('arithmetic'),
  /** Values run from 0 to modulus − 1; at most 10, so that each is one digit. */
  modulus: v.pipe(v.number(), v.integer('an integer'), v.minValue(3), v.maxValue(10)),
  /** Relative frequency of `+`, `-` and `*`. */
  operatorWeights: v.pipe(v.tuple([weight, weight, weight]), v.readonly()),
  /** Number of operators of each level, ascending. */
  operatorsPerLevel: v.pipe(v.array(count), v.minLength(1), v.readonly()),
});

export type ArithmeticSettings = Readonly<v.InferOutput<typeof arithmeticSettings>>;
