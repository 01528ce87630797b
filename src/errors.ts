/**
 * One kind of error for the whole lab: a code that callers decide by, the facts of the case, and a
 * sentence made from both. The sentences lie in `words/`, so that another language is a folder more.
 */
import type { Failure } from './schema/pieces';
import { sentenceOf } from './sentences';
import type { ERRORS } from './words/en/errors';

type Sentences = typeof ERRORS;
/** What went wrong, such as `storage/full`: the part before the slash says where. */
export type ErrorCode = keyof Sentences;
/** Errors of one part of the lab, such as `storage`. */
export type ErrorGroup = ErrorCode extends infer Code
  ? Code extends `${infer Group}/${string}`
    ? Group
    : never
  : never;

/** What the sentence of a code names: plain JSON. */
type FactsOf<Code extends ErrorCode> =
  Parameters<Sentences[Code]> extends [infer Facts] ? Facts : NoFacts;
type NoFacts = Record<string, never>;
type Rest<Code extends ErrorCode> =
  Parameters<Sentences[Code]> extends [infer Facts]
    ? [facts: Facts, options?: ErrorOptions]
    : [facts?: NoFacts, options?: ErrorOptions];

/** What the lab cannot do as asked; `code` and `facts` survive the way between workers. */
export class LabError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'LabError';
  readonly code: Code;
  readonly facts: FactsOf<Code>;

  constructor(code: Code, ...[facts, options]: Rest<Code>) {
    super(sentenceOf(code, facts), options);
    this.code = code;
    this.facts = (facts ?? {}) as FactsOf<Code>;
  }
}

/** The codes that a code or group stands for. */
type CodesOf<Kind extends ErrorCode | ErrorGroup> = Kind extends ErrorCode
  ? Kind
  : Extract<ErrorCode, `${Kind}/${string}`>;

/**
 * Whether something thrown is the lab's error of this code or of this group.
 * @example if (isLabError(error, 'cancelled') || isLabError(error, 'storage')) return null;
 */
export function isLabError<Kind extends ErrorCode | ErrorGroup>(
  error: unknown,
  kind: Kind,
): error is LabError<CodesOf<Kind>> {
  if (!(error instanceof LabError)) return false;
  const { code } = error as LabError;
  return code === kind || code.startsWith(`${kind}/`);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Something thrown, as a reason that can be kept. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof LabError)) return { because: 'told', text: messageOf(error) };
  const { code, facts } = error as LabError;
  return { because: 'error', code, facts: facts };
}

/** Something thrown, as plain data that can be sent to another worker. */
export type SentError =
  | {
      readonly kind: 'lab';
      readonly code: ErrorCode;
      readonly facts: unknown;
      readonly stack?: string;
    }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack?: string;
    }
  | { readonly kind: 'value'; readonly value: unknown };

/** What is sent of something thrown: all of it but an error's cause. */
export function sendError(error: unknown): SentError {
  if (error instanceof LabError) {
    const { code, facts, stack } = error as LabError;
    return { kind: 'lab', code, facts, stack };
  }
  if (error instanceof Error) {
    const { name, message, stack } = error;
    return { kind: 'error', name, message, stack };
  }
  return { kind: 'value', value: error };
}

/** What to throw where {@link sendError}'s data arrives; the stack is that of the sender. */
export function receiveError(sent: SentError): unknown {
  switch (sent.kind) {
    case 'lab': {
      const { code, facts, stack } = sent;
      return withStack(new LabError(code, facts as never), stack);
    }
    case 'error': {
      const { name, message, stack } = sent;
      return withStack(Object.assign(new Error(message), { name }), stack);
    }
    case 'value':
      return sent.value;
    default:
      return sent satisfies never;
  }
}

function withStack(error: Error, stack: string | undefined): Error {
  if (stack !== undefined) error.stack = stack;
  return error;
}
