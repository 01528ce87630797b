/** The stage: its keys, and its sentences. */
import { describe, expect, it } from 'vitest';
import { FIGURES } from '../../../../src/figures';
import { CHAPTERS } from '../../../../src/views/learn/chapters';
import { plainSentence } from '../../../../src/views/run/announcement';
import { RunSession } from '../../../../src/views/run/run-session.svelte';
import { stageAction } from '../../../../src/views/stage/stage-keys';
import { MOST_WORDS } from '../../../../src/views/stage/staged';
import { SCRIPTED_CONFIG, scriptedEvents } from '../run/scripted-run';

const plainKey = { ctrlKey: false, metaKey: false, altKey: false };

it.each([
  ['ArrowRight', 'next'],
  ['PageDown', 'next'],
  [' ', 'next'],
  ['ArrowLeft', 'previous'],
  ['PageUp', 'previous'],
  ['Home', 'first'],
  ['End', 'last'],
  ['b', 'black'],
  ['B', 'black'],
  ['.', 'black'],
  ['n', 'numbers'],
  ['F', 'end'],
  ['x', null],
])('the key %j means %s', (key, action) => {
  expect(stageAction({ ...plainKey, key })).toBe(action);
});

it('leaves the browser its own keys', () => {
  expect(stageAction({ ...plainKey, key: 'f', ctrlKey: true })).toBeNull();
  expect(stageAction({ ...plainKey, key: 'ArrowLeft', altKey: true })).toBeNull();
});

function wordsIn(sentence: string): number {
  return sentence.split(' ').length;
}

describe('the sentence below a picture', () => {
  it.each(FIGURES.map(({ id, plain }) => [id, plain]))('of %s is short: %s', (_, plain) => {
    expect(wordsIn(plain)).toBeLessThanOrEqual(MOST_WORDS);
    expect(plain).toMatch(/^[A-Z].*[.?]$/);
  });

  it.each(CHAPTERS.map(({ name, question }) => [name, question]))(
    'of the chapter %s is short: %s',
    (_, question) => expect(wordsIn(question)).toBeLessThanOrEqual(MOST_WORDS),
  );

  it('of a run says at each moment what happens, and how well, in few words', () => {
    const events = scriptedEvents(SCRIPTED_CONFIG);
    const said = new Set<string>();
    const session = new RunSession(SCRIPTED_CONFIG);
    session.begin();
    said.add(plainSentence(session));
    events.forEach((event, i) => {
      session.receive({ type: 'events', first: i, events: [event] });
      said.add(plainSentence(session));
    });
    for (const sentence of said) expect(wordsIn(sentence)).toBeLessThanOrEqual(MOST_WORDS);
    const all = [...said].join('\n');
    expect(all).toContain('The model is about to learn.');
    expect(all).toMatch(/It imitates an expert: [\d.]+% right after \d+ steps?\./);
    expect(all).toMatch(/It learns from its own attempts: [\d.]+% right after \d+ steps?\./);
    expect([...said].at(-1)).toMatch(/brought it to [\d.]+% right, its own attempts to [\d.]+%\./);
  });
});
