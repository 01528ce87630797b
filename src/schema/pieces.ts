/** The small checks that the schemas of all folders are made of: each name means one thing. */
import * as v from 'valibot';

/** An integer from 1: a number of things of which there must be one. */
export const count = v.pipe(v.number(), v.integer('an integer'), v.minValue(1));

/** An integer from 0: a number of things of which there may be none, or a place among them. */
export const countOrZero = v.pipe(v.number(), v.integer('an integer'), v.minValue(0));

/** A number above 0. */
export const positive = v.pipe(v.number(), v.gtValue(0));

/** A number from 0. */
export const positiveOrZero = v.pipe(v.number(), v.minValue(0));

/** A number from 0 to 1. */
export const share = v.pipe(
  v.number(),
  v.check((value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
);

/** What random.ts draws from. */
export const seed = v.pipe(
  v.number(),
  v.integer('an integer'),
  v.minValue(0),
  v.maxValue(Number.MAX_SAFE_INTEGER),
);

/** A measured number. A diverged run measures NaN and Infinity, and they are worth keeping. */
export const measured = v.custom<number>((input) => typeof input === 'number', 'a number');

/** {@link measured}, in a form that JSON keeps: what is not a number stands there by its name. */
export const spelled = v.union([v.number(), v.picklist(['NaN', 'Infinity', '-Infinity'])]);
export type Spelled = v.InferOutput<typeof spelled>;

export function spell(value: number): Spelled {
  return Number.isFinite(value) ? value : (String(value) as Spelled);
}

/** A reason that is a sentence: an earlier version of the lab stored it, or others than the lab said it. */
export const told = v.object({ because: v.literal('told'), text: v.string() });

/** An error of the lab as a reason that is kept. */
export const fault = v.object({
  because: v.literal('error'),
  code: v.string(),
  facts: v.record(v.string(), v.unknown()),
});

/** Something that went wrong, as it is kept; `failureOf` in errors.ts makes it of what was thrown. */
export const failure = v.variant('because', [fault, told]);
export type Failure = DataOf<typeof failure>;

/** A name that files and links are made of. */
export const name = v.pipe(
  v.string(),
  v.check((value) => /^[a-z0-9-]+$/.test(value), 'letters a–z, digits and - only'),
);

/** Weights, moments and other numbers of the model's own precision. */
export const floats: v.GenericSchema<unknown, Float32Array> = v.instance(Float32Array);

/** What a schema describes, as data that nobody changes in place. */
export type DataOf<Schema extends v.GenericSchema> = Frozen<v.InferOutput<Schema>>;

type Frozen<T> = unknown extends T
  ? T
  : T extends ArrayBufferView
    ? T
    : { readonly [Key in keyof T]: Frozen<T[Key]> };
