import { describe, expect, it, onTestFinished } from 'vitest';
import { isLabError, LabError, messageOf } from '../../src/errors';
import { expose, wrap } from '../../src/runtime/remote';
import { ERRORS } from '../../src/words/en/errors';

/** What a call across a port throws where the other end throws this. */
async function acrossPort(thrown: unknown): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => {
    port1.close();
    port2.close();
  });
  const api = {
    fail(): void {
      throw thrown;
    },
  };
  expose(api, port1);
  return wrap<typeof api>(port2)
    .fail()
    .catch((error: unknown) => error);
}

describe('an error of the lab', () => {
  const error = new LabError('storage/rows', { from: 3, to: 9, set: 'hard', size: 5 });

  it('names its facts in a sentence', () => {
    expect(error.message).toBe('Rows 3 to 9 were asked for; "hard" has rows 0 to 5.');
  });

  it('is asked for by its code or its group', () => {
    expect(isLabError(error, 'storage/rows')).toBe(true);
    expect(isLabError(error, 'storage')).toBe(true);
    expect(isLabError(error, 'storage/full')).toBe(false);
    expect(isLabError(error, 'library')).toBe(false);
    expect(isLabError(new Error(error.message), 'storage')).toBe(false);
  });

  it('keeps code, facts, sentence and stack on its way between workers', async () => {
    const arrived = await acrossPort(error);
    expect(arrived).toBeInstanceOf(LabError);
    expect(arrived).toMatchObject({
      code: 'storage/rows',
      facts: { from: 3, to: 9, set: 'hard', size: 5 },
      message: error.message,
      stack: error.stack,
    });
    expect(isLabError(arrived, 'storage')).toBe(true);
  });

  it('arrives without facts where it has none', async () => {
    expect(isLabError(await acrossPort(new LabError('cancelled')), 'cancelled')).toBe(true);
  });
});

describe('something else that is thrown', () => {
  it('keeps name and message between workers', async () => {
    const arrived = await acrossPort(new RangeError('too far'));
    expect(arrived).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(arrived).not.toBeInstanceOf(LabError);
  });

  it('may be no error at all', async () => {
    expect(await acrossPort('a word')).toBe('a word');
    expect(messageOf('a word')).toBe('a word');
    expect(messageOf(new Error('a sentence'))).toBe('a sentence');
  });
});

it('codes are a group and a name, written alike', () => {
  for (const code of Object.keys(ERRORS)) {
    expect(code).toMatch(/^(cancelled|[a-z]+(-[a-z]+)*\/[a-z0-9]+(-[a-z0-9]+)*)$/);
  }
});
