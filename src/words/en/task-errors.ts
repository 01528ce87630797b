/** What is wrong with the settings of a task, or with a problem given to it. */
import { counted } from './counted';

/** What no pattern may use, and what does instead. */
const REFUSED_IN_PATTERNS = {
  'back-reference': 'asks for the text of an earlier group again. Write it without.',
  'look-around':
    'looks ahead or behind, or switches its mode. Write what stands there, and the answer as the first group: "= (\\d+)" for "(?<== )\\d+".',
  'empty-repeat':
    'repeats what may match nothing. Let each round match something: "(\\d+,)*" for "(\\d*,?)*".',
} as const;

export const TASK_ERRORS = {
  'task/modulus': ({ modulus }: { modulus: number }) =>
    `The modulus is ${modulus}; it must be an integer from 3 to 10.`,
  'task/operator-weights': ({ weights }: { weights: readonly number[] }) =>
    `The operator weights are ${weights.join(', ')}; they must be 0 or more, and one above 0.`,
  'task/operators': ({ operators }: { operators: readonly number[] }) =>
    `The operators per level are ${operators.join(', ')}; they must be ascending integers from 1 to 40.`,
  'task/operator-count': ({
    prompt,
    operators,
    levels,
  }: {
    prompt: string;
    operators: number;
    levels: readonly number[];
  }) =>
    `"${prompt}" has ${counted(operators, 'operator')}; the levels of this task have ${levels.join(', ')}.`,
  'task/answer-to': ({
    prompt,
    given,
    answer,
  }: {
    prompt: string;
    given: string;
    answer: string;
  }) => `The answer given to ${prompt} is "${given}"; it is ${answer}.`,
  'task/no-equals': ({ text }: { text: string }) =>
    `"${text}" has no "=", with which an arithmetic prompt ends.`,
  'task/prompt-end': ({ prompt, most }: { prompt: string; most: number }) =>
    `The prompt "${prompt}" must end with "=" and have at most ${most} characters.`,
  'task/wander': ({ wander }: { wander: number }) =>
    `The expert is to wander in ${wander} of the trajectories; only the grid has walks. Set it to 0.`,
  'task/not-arithmetic': ({ prompt }: { prompt: string }) =>
    `"${prompt}" is not an arithmetic prompt: expected digits and + - * in turn, then "=".`,
  'task/grid-side': ({ side, largest }: { side: number; largest: number }) =>
    `The grid's side is ${side}; it must be an integer from 2 to ${largest}.`,
  'task/grid-walls': ({ walls, side, most }: { walls: number; side: number; most: number }) =>
    `The grid has ${counted(walls, 'wall')}; a side of ${side} leaves room for 0 to ${most}.`,
  'task/grid-paths': ({ paths }: { paths: readonly number[] }) =>
    `The longest paths of the levels are ${paths.join(', ')}; they must be ascending integers from 1.`,
  'task/grid-response': ({
    tokens,
    least,
    most,
  }: {
    tokens: number;
    least: number;
    most: number;
  }) =>
    `The completion has ${counted(tokens, 'token')}; it must be an integer from ${least}, the longest path and the end, to ${most}, what the prompt leaves of the context.`,
  'task/grid-draws': ({
    draws,
    shortest,
    longest,
  }: {
    draws: number;
    shortest: number;
    longest: number;
  }) =>
    `${draws} random grids had no shortest path of ${shortest} to ${longest} moves. Use more walls, a larger grid, or shorter levels.`,
  'task/grid-closed': ({ prompt }: { prompt: string }) =>
    `In "${prompt}" no path leads to the goal.`,
  'task/grid-far': ({
    prompt,
    moves,
    longest,
  }: {
    prompt: string;
    moves: number;
    longest: number;
  }) =>
    `In "${prompt}" the shortest path has ${counted(moves, 'move')}; the levels of this task go from 1 to ${longest}.`,
  'task/answer': ({ given, answer }: { given: string; answer: string }) =>
    `The answer given is "${given}"; it is "${answer}".`,
  'task/grid-symbols': ({
    prompt,
    symbols,
    walls,
    length,
  }: {
    prompt: string;
    symbols: number;
    walls: number;
    length: number;
  }) =>
    `The prompt "${prompt}" has ${counted(symbols, 'symbol')}; ${counted(walls, 'wall')}, goal and start make ${length}.`,
  'task/leave-out': ({ skip, answerOnly }: { skip: number; answerOnly: number }) =>
    `The expert is to leave out steps (skip ${skip}, answerOnly ${answerOnly}); a path has none to leave out. Set both to 0.`,
  'task/not-a-grid': ({ prompt, walls }: { prompt: string; walls: number }) =>
    `"${prompt}" is not a grid prompt: expected ${counted(walls, 'wall')} in ascending order, "> goal @ start", with goal and start beside the walls.`,
  'task/grid-answer': ({ answer }: { answer: string }) =>
    `"${answer}" is not the answer of a grid problem: expected "4 moves from 0 to 12 around 1 6".`,
  'task/answer-marker': () => 'The answer marker is empty; give a text such as #.',
  'task/answer-pattern': ({ pattern, reason }: { pattern: string; reason: string }) =>
    `The answer pattern "${pattern}" cannot be used: ${reason}.`,
  'task/slow-pattern': ({
    pattern,
    because,
    part,
  }: {
    pattern: string;
    because: keyof typeof REFUSED_IN_PATTERNS;
    part: string;
  }) =>
    `The answer pattern "${pattern}" could take longer than anyone waits: at "${part}" it ${REFUSED_IN_PATTERNS[because]}`,
  'task/long-pattern': ({ pattern, most }: { pattern: string; most: number }) =>
    `The answer pattern "${pattern}" is too long: written out, with all that its counts repeat, it may have ${most} steps. Give a shorter one, or smaller counts.`,
  'task/no-answer-pattern': () =>
    'The answer pattern is empty; give a regular expression such as #(\\d+).',
  'task/character-twice': () => 'The task lists a character twice; each needs one token.',
  'task/reserved': ({ character }: { character: string }) =>
    `The texts use "${character}", which marks the end or the padding here. Replace it in the file.`,
  'task/many-characters': ({ characters, most }: { characters: number; most: number }) =>
    `The texts use ${counted(characters, 'different character')}; with end and padding the vocabulary has room for ${most}. Leave out rare characters or rows.`,
  'task/no-name': () => 'The task has no name; give it one.',
  'task/prompt-length': ({ characters }: { characters: number }) =>
    `The prompts have ${counted(characters, 'character')}; they need at least 1.`,
  'task/response-length': ({ tokens }: { tokens: number }) =>
    `The completions have ${counted(tokens, 'token')}; they need 2 or more, the end token among them.`,
  'task/context': ({
    prompt,
    response,
    needed,
    largest,
  }: {
    prompt: number;
    response: number;
    needed: number;
    largest: number;
  }) =>
    `Prompts of ${prompt} and completions of ${response} tokens need a context of ${needed}; the largest is ${largest}. Shorten or leave out the longest rows.`,
  'task/levels': ({ levels, most }: { levels: number; most: number }) =>
    `The task has ${counted(levels, 'level')}; it must have 1 to ${most}, each with a name of its own.`,
  'task/no-row': () =>
    'No row of the file can make a task: none has a prompt, a completion and an answer.',
  'task/problem-level': ({
    prompt,
    level,
    levels,
  }: {
    prompt: string;
    level: number;
    levels: number;
  }) => `The problem "${prompt}" is of level ${level}; the task has ${levels}.`,
  'task/empty-level': ({ task, level, part }: { task: string; level: string; part: string }) =>
    `"${task}" has no problem of level ${level} in its ${part} part, which is a fixed share of the prompts. Add problems to the file, or import it without levels.`,
  'task/no-answer': ({ prompt, rule }: { prompt: string; rule: string }) =>
    `"${prompt}" has no answer: there is no answer column, and ${rule} finds none in the completion.`,
  'task/no-level': ({ levels }: { levels: readonly string[] }) =>
    `The row has no level; the others have one of ${levels.join(', ')}. Give it one, or leave the levels out.`,
  'task/unknown-level': ({
    given,
    levels,
  }: {
    given: string | number;
    levels: readonly string[];
  }) => `The level given is ${given}; the task has the levels ${levels.join(', ')}.`,
  'task/no-prompt-end': ({ task }: { task: string }) =>
    `"${task}" does not say how a prompt ends: set promptEnd, or give prompt and completion apart.`,
  'task/prompt-unended': ({ text, end }: { text: string; end: string }) =>
    `"${text}" has no "${end}", with which a prompt ends.`,
  'task/prompt-characters': ({
    prompt,
    characters,
    most,
  }: {
    prompt: string;
    characters: number;
    most: number;
  }) =>
    `The prompt "${prompt}" has ${counted(characters, 'character')}; this task allows 1 to ${most}.`,
  'task/no-expert': ({ task, setting, value }: { task: string; setting: string; value: number }) =>
    `"${task}" has the completions of its file and no expert to make others, but ${setting} is ${value}. Set it to 0.`,
  'task/unknown-problem': ({ prompt }: { prompt: string }) =>
    `"${prompt}" is not among the problems of the file.`,
  'task/part-draws': ({ draws, part }: { draws: number; part: string }) =>
    `${draws} draws gave no problem of the ${part} part: the level has too few problems. Use more digits, operators or levels.`,
  'task/other-level': ({
    given,
    level,
    name,
  }: {
    given: string | number;
    level: number;
    name: string;
  }) => `The level given is ${given}; the problem is of level ${level} (${name}).`,
};
