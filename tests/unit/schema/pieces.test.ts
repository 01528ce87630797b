import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { issueOf } from '../../../src/schema/issues';
import { issueWords } from '../../../src/words/en/issue';
import * as pieces from '../../../src/schema/pieces';

const settings = v.object({
  steps: v.array(
    v.object({
      count: pieces.count,
      countOrZero: pieces.countOrZero,
      positive: pieces.positive,
      positiveOrZero: pieces.positiveOrZero,
      share: pieces.share,
      seed: pieces.seed,
      measured: pieces.measured,
      name: pieces.name,
    }),
  ),
});

const SOUND = {
  count: 1,
  countOrZero: 0,
  positive: 1e-9,
  positiveOrZero: 0,
  share: 1,
  seed: 0,
  measured: NaN,
  name: 'a-1',
};

function fault(changed: object): string {
  const result = v.safeParse(settings, { steps: [{ ...SOUND, ...changed }] });
  return result.success ? 'none' : issueWords(issueOf(result.issues), 'the file');
}

describe('the pieces of schemas', () => {
  it('let pass what their names say', () => {
    expect(fault({})).toBe('none');
    expect(fault({ measured: -Infinity, count: 1e9, share: 0 })).toBe('none');
  });

  it.each([
    [{ count: 0 }, 'steps.0.count is 0; expected >=1'],
    [{ count: 1.5 }, 'steps.0.count is 1.5; expected an integer'],
    [{ countOrZero: -1 }, 'steps.0.countOrZero is -1; expected >=0'],
    [{ positive: 0 }, 'steps.0.positive is 0; expected >0'],
    [{ positiveOrZero: -0.5 }, 'steps.0.positiveOrZero is -0.5; expected >=0'],
    [{ share: 1.01 }, 'steps.0.share is 1.01; expected a number from 0 to 1'],
    [{ seed: 2 ** 53 }, `steps.0.seed is 9007199254740992; expected <=${Number.MAX_SAFE_INTEGER}`],
    [{ measured: 'none' }, 'steps.0.measured is "none"; expected a number'],
    [{ name: 'A b' }, 'steps.0.name is "A b"; expected letters a–z, digits and - only'],
  ])('say of %j what is there and what belongs there', (changed, sentence) => {
    expect(fault(changed)).toBe(sentence);
  });

  it('call a value that is not an object by its name', () => {
    const result = v.safeParse(settings, 3);
    expect(result.success ? '' : issueWords(issueOf(result.issues), 'the file')).toBe(
      'the file is 3; expected Object',
    );
  });
});
