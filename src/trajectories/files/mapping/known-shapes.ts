/** The shapes in which the field stores training data, each known by its columns. */
import { parsedText } from '../rows/parsed-text';
import { isConversation } from './conversation';
import {
  columnPaths,
  isRecord,
  NO_MAPPING,
  pathInList,
  pathReader,
  SYSTEM_COLUMNS,
  yesOrNo,
  type FieldMapping,
  type Row,
} from './mapping';

/** What a file seems to be. */
export interface FoundShape {
  /** Its name in the field, such as `gsm8k`; `unknown` where the columns say nothing. */
  readonly shape: string;
  readonly mapping: FieldMapping;
}

/** Columns by their names in lower case, with what the first rows hold. */
class Columns {
  readonly #rows: readonly Row[];
  readonly #paths: ReadonlyMap<string, unknown>;
  readonly #byLower = new Map<string, string>();

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
    this.#paths = columnPaths(rows);
    for (const path of this.#paths.keys()) {
      const lower = path.trim().toLowerCase();
      if (!this.#byLower.has(lower)) this.#byLower.set(lower, path);
    }
  }

  /** The first of some columns that the rows have, by its own name; null where they have none. */
  first(...names: readonly string[]): string | null {
    const name = names.find((each) => this.#byLower.has(each));
    return name === undefined ? null : this.#byLower.get(name)!;
  }

  /** The first column of texts, in the order of the file, whose name is like this one. */
  like(name: RegExp): string | null {
    for (const [lower, path] of this.#byLower) {
      const isText = typeof parsedText(this.#paths.get(path)) !== 'object';
      if (name.test(lower) && (isText || this.isConversation(path))) return path;
    }
    return null;
  }

  has(...names: readonly string[]): boolean {
    return names.every((name) => this.#byLower.has(name));
  }

  /** Whether each row that has a column says yes or no in it, and some row does. */
  isYesOrNo(path: string): boolean {
    const values = this.#rows.map(pathReader(path)).filter((value) => value !== undefined);
    return values.length > 0 && values.every((value) => yesOrNo(value) !== null);
  }

  /** A column that says of each of a list's values, row by row, whether it is a good one. */
  flagsOf(list: string): string | null {
    const readList = pathReader(list);
    const flags = [...this.#paths.keys()].find((path) => {
      const readFlags = pathReader(path);
      const pairs = this.#rows.map((row) => [readList(row), readFlags(row)].map(parsedText));
      const both = pairs.filter(([values, given]) => Array.isArray(values) && given !== undefined);
      return both.length > 0 && both.every(([values, given]) => areFlags(given, values));
    });
    return flags ?? null;
  }

  isConversation(path: string): boolean {
    return isConversation(this.#paths.get(path));
  }

  /** Whether most rows have a text in a column that a test holds for. */
  mostly(column: string, test: (text: string) => boolean): boolean {
    const texts = this.#rows.map((row) => row[column]).filter((value) => typeof value === 'string');
    return texts.length > 0 && 2 * texts.filter(test).length > texts.length;
  }
}

function areFlags(given: unknown, values: unknown): boolean {
  if (!Array.isArray(given) || !Array.isArray(values) || given.length !== values.length) {
    return false;
  }
  return given.length > 0 && given.every((flag) => yesOrNo(flag) !== null);
}

const PROMPTS = [
  ...['prompt', 'question', 'problem', 'instruction', 'query', 'input', 'inputs', 'user'],
];
/** What a model thinks before it responds. */
const REASONINGS = [
  ...['reasoning', 'reasoning_content', 'thinking', 'thought', 'thoughts', 'rationale'],
  ...['chain_of_thought', 'cot'],
];
const COMPLETIONS = [
  ...['completion', 'response', 'output', 'solution', 'generated_solution', ...REASONINGS],
  'explanation',
  ...['assistant', 'generations.0', 'generation', 'targets', 'target'],
];
/** Columns of right answers. */
export const ANSWERS = [
  ...['answer', 'final_answer', 'expected_answer', 'ground_truth', 'gold_answer', 'gold'],
  ...['short_answer', 'reward_model.ground_truth', 'correct'],
];
const LABELS = ['label', 'is_correct', 'correct'];
const ATTEMPTS = [
  ...['attempt', 'deepseek_attempt', 'gemini_attempt', 'thinking_trajectories.0'],
  ...['deepseek_thinking_trajectory', 'gemini_thinking_trajectory'],
];

type Finder = (columns: Columns) => Partial<FieldMapping> | null;

/**
 * Prompt and completion under their names: with the system's prompt before the one, and what the model
 * thought before the other, where they are columns of their own.
 */
function pair(columns: Columns, prompts: readonly string[], completions: readonly string[]) {
  const prompt = columns.first(...prompts);
  const completion = columns.first(...completions);
  if (prompt === null || completion === null) return null;
  const isThought = REASONINGS.includes(completion.toLowerCase());
  return {
    prompt: beside(columns.first(...SYSTEM_COLUMNS), prompt),
    completion: beside(isThought ? null : columns.first(...REASONINGS), completion),
  };
}

function beside(before: string | null, column: string): string[] {
  return before === null ? [column] : [before, column];
}

/** In order: the first that fits is it. */
const SHAPES: readonly (readonly [shape: string, find: Finder])[] = [
  ['prompt-completion', (columns) => pair(columns, ['prompt'], ['completion'])],
  ['verl-rl', verlRl],
  ['dpo', preferences],
  ['messages', (columns) => conversation(columns, 'messages')],
  ['sharegpt', (columns) => conversation(columns, 'conversations', 'conversation')],
  ['alpaca', alpaca],
  [
    'gsm8k',
    (columns) => {
      const answer = columns.first('answer');
      const isWorked = answer !== null && columns.mostly(answer, (text) => text.includes('####'));
      return isWorked ? pair(columns, ['question'], ['answer']) : null;
    },
  ],
  ['s1k', (columns) => (columns.has('solution') ? attempted(columns) : null)],
  [
    'limo',
    (columns) =>
      columns.has('answer') && !columns.has('problem')
        ? pair(columns, ['question'], ['solution'])
        : null,
  ],
  ['problem-solution', (columns) => pair(columns, ['problem'], ['solution', 'generations.0'])],
  ['prompt-response', (columns) => pair(columns, ['prompt'], ['response'])],
  ['pairs', pairOfAnyName],
  [
    'text',
    (columns) => {
      const text = columns.first('text');
      return text === null ? null : { text };
    },
  ],
];

function conversation(columns: Columns, ...names: readonly string[]): Partial<FieldMapping> | null {
  const messages = columns.first(...names);
  if (messages === null) return null;
  const system = columns.first(...SYSTEM_COLUMNS);
  return { messages, prompt: system === null ? [] : [system] };
}

/** RL data has prompts and answers; where a worked solution is kept, it is in `extra_info`. */
function verlRl(columns: Columns): Partial<FieldMapping> | null {
  const prompt = columns.first('prompt');
  const answer = columns.first('reward_model.ground_truth');
  if (prompt === null || answer === null) return null;
  const completion = columns.first(
    ...['response', 'solution', 'extra_info.solution', 'extra_info.answer', 'extra_info.response'],
  );
  return { prompt: [prompt], completion: completion === null ? [] : [completion], answer };
}

/** Of two answers the chosen one is the demonstration. */
function preferences(columns: Columns): Partial<FieldMapping> | null {
  const chosen = columns.first('chosen');
  if (chosen === null || !columns.has('rejected')) return null;
  const prompt = columns.first('prompt', 'question', 'input');
  if (columns.isConversation(chosen)) {
    const isPrompted = prompt !== null && columns.isConversation(prompt);
    return isPrompted ? { prompt: [prompt], completion: [chosen] } : { messages: chosen };
  }
  return prompt === null ? { text: chosen } : { prompt: [prompt], completion: [chosen] };
}

function alpaca(columns: Columns): Partial<FieldMapping> | null {
  const found = pair(columns, ['instruction'], ['output', 'response']);
  const input = columns.first('input', 'context');
  if (!found || input === null) return found;
  return { ...found, prompt: [...found.prompt, input] };
}

const LIKE_PROMPT = /(^|_)(prompt|question|problem|instruction|query)$/;
const LIKE_COMPLETION = /(^|_)(solution|response|completion|generation|output)s?(_?\d+)?(\.0)?$/;

/**
 * Names of one's own too: canonical_solution, r1_solution_1, solutions.0; MBPP's text with its code. An
 * answer is the completion where nothing else can be.
 */
function pairOfAnyName(columns: Columns): Partial<FieldMapping> | null {
  const code = columns.has('text') ? columns.first('code') : null;
  const prompt = columns.first(...PROMPTS) ?? columns.like(LIKE_PROMPT) ?? (code && 'text');
  const completion =
    columns.first(...COMPLETIONS) ??
    columns.like(LIKE_COMPLETION) ??
    code ??
    columns.first('answer');
  if (prompt === null || completion === null || prompt === completion) return null;
  return pair(columns, [prompt.toLowerCase()], [completion.toLowerCase()]);
}

/** A model's attempts at a question beside its solution, which is then the answer. */
function attempted(columns: Columns): Partial<FieldMapping> | null {
  const found = pair(columns, ['question', 'problem'], ATTEMPTS);
  return found && { ...found, answer: columns.first('answer', 'solution') };
}

/** What the first rows of a file are. */
export function shapeOfRows(values: readonly unknown[]): FoundShape {
  const columns = new Columns(values.filter(isRecord));
  for (const [shape, find] of SHAPES) {
    const found = find(columns);
    if (found) return { shape, mapping: withFacts(columns, found) };
  }
  const [prompt, completion] = [columns.first(...PROMPTS), columns.first(...COMPLETIONS)];
  const known = { prompt: prompt ? [prompt] : [], completion: completion ? [completion] : [] };
  return { shape: 'unknown', mapping: withFacts(columns, known) };
}

/** The mapping with answer and level, unless their columns are something else already. */
function withFacts(columns: Columns, found: Partial<FieldMapping>): FieldMapping {
  const mapping = { ...NO_MAPPING, ...found, ...goodOfList(columns, found) };
  const used = [...mapping.prompt, ...mapping.completion];
  const label = LABELS.map((name) => columns.first(name)).find(
    (column) => column !== null && columns.isYesOrNo(column),
  );
  const answers = ANSWERS.filter((name) => {
    const column = columns.first(name);
    return column !== null && column !== label && !used.includes(column);
  });
  return {
    ...mapping,
    answer: mapping.answer ?? columns.first(...answers),
    level: columns.first('level'),
    label: mapping.label ?? label ?? null,
  };
}

/** Of a list of completions the first that is called good, where a column beside it says which are. */
function goodOfList(
  columns: Columns,
  { completion = [] }: Partial<FieldMapping>,
): Partial<FieldMapping> {
  const first = completion.at(-1);
  if (!first?.endsWith('.0')) return {};
  const list = first.slice(0, -'.0'.length);
  const flags = columns.flagsOf(list);
  if (flags === null) return {};
  const chosen = [...completion.slice(0, -1), pathInList(list)];
  return { completion: chosen, label: pathInList(flags) };
}
