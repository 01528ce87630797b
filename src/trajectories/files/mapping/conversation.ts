/** Conversations as chat models have them: lists of messages, each with a role and its content. */
import { isRecord } from './mapping';
import { parsedText } from '../rows/parsed-text';
import { RowError } from '../row-error';

type Role = 'system' | 'user' | 'assistant';

interface Turn {
  readonly role: Role;
  readonly text: string;
  /** What a model thought before it answered; empty where the message does not say. */
  readonly thoughts: string;
}

/** The names of the roles in OpenAI's messages and in ShareGPT's conversations. */
const ROLES: Readonly<Record<string, Role>> = {
  ...{ system: 'system', developer: 'system' },
  ...{ user: 'user', human: 'user', prompter: 'user' },
  ...{ assistant: 'assistant', gpt: 'assistant', chatgpt: 'assistant' },
  ...{ model: 'assistant', bot: 'assistant', bing: 'assistant', bard: 'assistant' },
};

/** Whether a value is a conversation, or the text of one. */
export function isConversation(value: unknown): boolean {
  const list = parsedText(value);
  if (!Array.isArray(list) || list.length === 0) return false;
  return list.every((each) => isRecord(each) && ('role' in each || 'from' in each));
}

/**
 * The last turn of the assistant, with what it thought before it, and all that came before. As in the
 * models' own templates, thoughts of earlier turns are left out. Throws {@link RowError} where the
 * conversation does not end with the assistant, or has what is not text.
 */
export function exchangeOf(value: unknown, column: string): { prompt: string; completion: string } {
  const turns = turnsOf(value, column);
  const last = turns.at(-1);
  if (last?.role !== 'assistant') {
    const end = last ? `ends with a turn of the ${last.role}` : 'is an empty list';
    throw missing(`${column} ${end}; it must end with one of the assistant.`);
  }
  if (turns.length === 1) {
    throw missing(`${column} has a turn of the assistant alone; a trajectory needs a prompt.`);
  }
  const completion = [last.thoughts, last.text].filter((text) => text !== '').join('\n');
  return { prompt: joined(turns.slice(0, -1)), completion };
}

/** All turns of a conversation as one text. Throws {@link RowError}. */
export function textOfTurns(value: unknown, column: string): string {
  return joined(turnsOf(value, column));
}

function joined(turns: readonly Turn[]): string {
  return turns.map(({ text }) => text).join('\n');
}

function turnsOf(value: unknown, column: string): Turn[] {
  const list = parsedText(value);
  if (!Array.isArray(list)) {
    throw missing(`${column} is ${kindOf(value)}; it must be a list of messages.`);
  }
  return list.map((message: unknown, i) => turnOf(message, `Message ${i + 1} of ${column}`));
}

function turnOf(message: unknown, which: string): Turn {
  if (!isRecord(message)) throw missing(`${which} is ${kindOf(message)}; it must be an object.`);
  const given = message.role ?? message.from;
  const role = typeof given === 'string' ? ROLES[given.toLowerCase()] : undefined;
  if (role === undefined) {
    const named = JSON.stringify(given) ?? 'none';
    throw missing(
      `${which} has the role ${named}; only those of the system, the user and the assistant are read.`,
    );
  }
  const thoughts = message.reasoning_content ?? message.reasoning ?? message.thinking;
  return {
    role,
    text: contentText(message.content ?? message.value, which),
    thoughts: typeof thoughts === 'string' ? thoughts : '',
  };
}

/** A text, or parts that are texts. */
function contentText(content: unknown, which: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) {
    throw missing(`${which} has content that is ${kindOf(content)}; it must be text.`);
  }
  return content
    .map((part: unknown) => {
      if (typeof part === 'string') return part;
      const { type, text } = isRecord(part) ? part : {};
      if (typeof text === 'string') return text;
      const kind = typeof type === 'string' ? `of type ${type}` : 'without text';
      throw missing(`${which} has a part ${kind}; only text is read.`);
    })
    .join('');
}

function missing(message: string): RowError {
  return new RowError('missing-field', message);
}

/** What a value is, for a sentence: "a list of 3". */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
