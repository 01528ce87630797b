/**
 * The shapes in which the field stores training data, as TRL documents them
 * (huggingface.co/docs/trl/dataset_formats):
 *
 *   {"prompt": "8*3=", "completion": "*34#4"}
 *   {"prompt": [{"role": "user", "content": "8*3="}], "completion": [{"role": "assistant", …}]}
 *   {"messages": [{"role": "user", "content": "8*3="}, {"role": "assistant", "content": "*34#4"}]}
 *   {"text": "8*3=*34#4"}
 *
 * A row may have more columns: `answer` and `level` mean something here, the rest is kept as it is.
 */
import type { Task } from '../../tasks';
import type { ExtraValue } from '../table';
import type { RowFault, Shape } from './report';

/** A row's prompt and completion as text, and what it says beside them. */
export interface TextRow {
  readonly shape: Shape;
  readonly prompt: string;
  readonly completion: string;
  readonly answer?: string;
  readonly level?: string | number;
  readonly extras: Readonly<Record<string, ExtraValue>>;
}

/** A row that cannot be used, with the reason. */
export class RowError extends Error {
  override readonly name = 'RowError';

  constructor(
    readonly fault: RowFault,
    message: string,
  ) {
    super(message);
  }
}

type Json = Readonly<Record<string, ExtraValue>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const FIELDS: Record<Shape, readonly string[]> = {
  'prompt-completion': ['prompt', 'completion'],
  messages: ['messages'],
  text: ['text'],
};

/** Reads a row of any shape; throws {@link RowError}. */
export function readRow(value: unknown, splitText: Task['splitText']): TextRow {
  if (!isRecord(value)) {
    const what = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
    throw new RowError('not-a-row', `The line holds ${what}; a row is an object {…}.`);
  }
  const shape = shapeOf(value);
  const { answer, level, ...others } = value;
  const extras = Object.fromEntries(
    Object.entries(others).filter(([name]) => !FIELDS[shape].includes(name)),
  );
  return { shape, ...textsOf(value, shape, splitText), ...factsOf(answer, level), extras };
}

function shapeOf(row: Json): Shape {
  if ('prompt' in row && 'completion' in row) return 'prompt-completion';
  if ('messages' in row) return 'messages';
  if ('text' in row) return 'text';
  const present = Object.keys(row);
  const missing = 'prompt' in row ? 'completion' : 'completion' in row ? 'prompt' : null;
  throw new RowError(
    'missing-field',
    missing !== null
      ? `The row has no ${missing}.`
      : `The row has ${present.length > 0 ? present.join(', ') : 'no fields'}; it needs prompt and completion, or messages, or text.`,
  );
}

function textsOf(
  row: Json,
  shape: Shape,
  splitText: Task['splitText'],
): { prompt: string; completion: string } {
  switch (shape) {
    case 'prompt-completion':
      return {
        prompt: contentOf(row.prompt, 'prompt', 'user'),
        completion: contentOf(row.completion, 'completion', 'assistant'),
      };
    case 'messages':
      return exchangeOf(row.messages);
    case 'text': {
      const { text } = row;
      if (typeof text === 'string') return splitText(text);
      throw new RowError('missing-field', `text is ${kindOf(text)}; it must be a string.`);
    }
    default:
      return shape satisfies never;
  }
}

/** A string, or a conversation of one message. */
function contentOf(value: ExtraValue, field: string, role: string): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length === 1) {
    return messageContent((value as readonly ExtraValue[])[0], role);
  }
  const what = Array.isArray(value) ? `a list of ${value.length} messages` : kindOf(value);
  throw new RowError(
    'missing-field',
    `${field} is ${what}; it must be a string, or a list with one message of the ${role}.`,
  );
}

function exchangeOf(messages: ExtraValue): { prompt: string; completion: string } {
  if (!Array.isArray(messages) || messages.length !== 2) {
    const what = Array.isArray(messages) ? `a list of ${messages.length}` : kindOf(messages);
    throw new RowError(
      'missing-field',
      `messages is ${what}; a trajectory is one message of the user and one of the assistant.`,
    );
  }
  const [asked, answered] = messages as readonly ExtraValue[];
  return {
    prompt: messageContent(asked, 'user'),
    completion: messageContent(answered, 'assistant'),
  };
}

function messageContent(message: ExtraValue, role: string): string {
  const { role: given, content } = isRecord(message) ? message : {};
  if (given === role && typeof content === 'string') return content;
  throw new RowError(
    'missing-field',
    `A message has the role ${JSON.stringify(given) ?? 'none'} and content of type ${kindOf(content)}; expected the role "${role}" and a string.`,
  );
}

function factsOf(answer: ExtraValue, level: ExtraValue): Pick<TextRow, 'answer' | 'level'> {
  if (answer !== undefined && typeof answer !== 'string' && typeof answer !== 'number') {
    throw new RowError('missing-field', `answer is ${kindOf(answer)}; it must be a string.`);
  }
  if (level !== undefined && typeof level !== 'string' && typeof level !== 'number') {
    throw new RowError('missing-field', `level is ${kindOf(level)}; it must be a name or number.`);
  }
  return {
    ...(answer === undefined ? {} : { answer: String(answer) }),
    ...(level === undefined ? {} : { level }),
  };
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
