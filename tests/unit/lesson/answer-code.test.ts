import { describe, expect, it } from 'vitest';
import { labelOf, labelsOf, LEFT_OUT, readCode } from '../../../src/lesson/answer-code';

const ANSWERS = Array.from({ length: 12 }, () => 4);
const CHOSEN = ANSWERS.map((_, question) => question % 4);
const CODE = CHOSEN.map((answer, question) => labelOf(question, answer));
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];

describe('the code of a worksheet', () => {
  it('is read back, whatever its case and spaces', () => {
    const wanted = { ok: true, chosen: CHOSEN };
    expect(readCode(CODE.join(''), ANSWERS)).toEqual(wanted);
    expect(readCode(` ${CODE.join(' ').toLowerCase()}\n`, ANSWERS)).toEqual(wanted);
  });

  it('may leave questions out', () => {
    const code = CODE.with(3, LEFT_OUT).with(5, '––');
    expect(readCode(code.join(''), ANSWERS)).toEqual({
      ok: true,
      chosen: CHOSEN.with(3, null as never).with(5, null as never),
    });
  });

  it('notices every single wrong character, and says at which question', () => {
    const letters = [...CODE.join('')];
    letters.forEach((right, place) => {
      for (const wrong of LETTERS.filter((letter) => letter !== right)) {
        const read = readCode(letters.with(place, wrong).join(''), ANSWERS);
        expect(read).toMatchObject({ ok: false, faults: [{ question: Math.floor(place / 2) }] });
      }
    });
  });

  it('notices two characters, and two pairs, that changed places', () => {
    const letters = [...CODE.join('')];
    for (let i = 0; i + 1 < letters.length; i++) {
      if (letters[i] === letters[i + 1]) continue;
      const swapped = letters.with(i, letters[i + 1]!).with(i + 1, letters[i]!);
      expect(readCode(swapped.join(''), ANSWERS).ok, `place ${i}`).toBe(false);
    }
    for (let i = 0; i + 1 < CODE.length; i++) {
      const swapped = CODE.with(i, CODE[i + 1]!).with(i + 1, CODE[i]!);
      expect(readCode(swapped.join(''), ANSWERS).ok, `pair ${i}`).toBe(false);
    }
  });

  it('says how many answers are missing, or too many', () => {
    expect(readCode(CODE.slice(1).join(''), ANSWERS)).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([{ is: 'length', pairs: 11, wanted: 12 }]) as unknown,
    });
    const tooLong = readCode(`${CODE.join('')}A`, ANSWERS);
    expect(tooLong).toMatchObject({ ok: false, faults: [{ is: 'length', pairs: 12.5 }] });
    expect(readCode('', ANSWERS).ok).toBe(false);
  });

  it('has other labels for every answer of a question', () => {
    for (let question = 0; question < 24; question++) {
      const labels = labelsOf(question, 4);
      expect(new Set(labels.map(([first]) => first)).size).toBe(4);
      expect(new Set(labels.map(([, check]) => check)).size).toBe(4);
    }
  });
});
