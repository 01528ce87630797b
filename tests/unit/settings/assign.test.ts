import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { isLabError } from '../../../src/errors';
import { assigned } from '../../../src/settings/assign';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const schema = v.object({
  name: v.string(),
  rate: v.optional(v.nullable(v.pipe(v.number(), v.gtValue(0))), null),
  isFast: v.boolean(),
  order: v.picklist(['up', 'down']),
  end: v.variant('at', [
    v.object({ at: v.literal('last') }),
    v.object({ at: v.literal('step'), step: count }),
  ]),
  parts: v.array(v.object({ size: count })),
});
const THING: v.InferOutput<typeof schema> = {
  name: 'a',
  rate: 1,
  isFast: false,
  order: 'up',
  end: { at: 'last' },
  parts: [{ size: 1 }, { size: 2 }],
};

function set(path: string, text: string, thing = THING) {
  return assigned(thing, path, text, { schema, what: 'thing', by: 'The link' });
}

describe('a setting by its path', () => {
  it.each([
    ['rate', '3e-4', { rate: 3e-4 }],
    ['rate', 'null', { rate: null }],
    ['isFast', 'true', { isFast: true }],
    ['order', 'down', { order: 'down' }],
    ['order', '"down"', { order: 'down' }],
    ['name', '12', { name: '12' }],
    ['end', '{"at":"step","step":3}', { end: { at: 'step', step: 3 } }],
    ['parts.1.size', '7', { parts: [{ size: 1 }, { size: 7 }] }],
    ['parts', '[{"size":5}]', { parts: [{ size: 5 }] }],
  ])('%s=%s', (path, text, change) => {
    expect(set(path, text)).toEqual({ ...THING, ...change });
  });

  it('may be the kind of a thing alone, where it has no other settings', () => {
    const stepped = set('end', '{"at":"step","step":3}');
    expect(set('end', 'last', stepped)).toEqual(THING);
  });

  it('may be the settings of another kind, one after the other', () => {
    expect(set('end.step', '4', set('end.at', 'step'))).toMatchObject({
      end: { at: 'step', step: 4 },
    });
  });

  it.each([
    ['rate', '0', 'rate is “0”; it must be a number above 0, or null.'],
    ['isFast', 'maybe', 'isFast is “maybe”; it must be true or false.'],
    ['order', 'sideways', 'order is “sideways”; it must be up or down.'],
    ['end', 'step', 'end.step is “missing”; it must be an integer from 1 on.'],
    ['end', 'soon', 'end.at is “soon”; it must be last or step.'],
    ['parts', '1, 2', 'The link gives parts the value 1, 2, which is not JSON. It must be a list'],
    ['parts.0.size', '0', 'parts.0.size is “0”; it must be an integer from 1 on.'],
    ['parts', '[{"size":0}]', 'parts.0.size is “0”; it must be an integer from 1 on.'],
    ['speed', '1', 'The link sets "speed", which a thing does not have; it has: name, rate,'],
    ['parts.2.size', '1', '"parts.2.size", which a thing does not have; parts has: 0, 1.'],
    ['rate.x', '1', '"rate.x", which a thing does not have; rate has: no settings.'],
    ['end', '{"at":"last","stp":1}', '"end.stp", which a thing does not have; end has: at.'],
    ['__proto__.x', '1', '"__proto__.x", which a thing does not have'],
  ])('is refused with place, value and what is allowed: %s=%s', (path, text, message) => {
    let thrown: unknown;
    try {
      set(path, text);
    } catch (error) {
      thrown = error;
    }
    expect(isLabError(thrown, 'setting')).toBe(true);
    expect((thrown as Error).message).toContain(message);
  });
});
