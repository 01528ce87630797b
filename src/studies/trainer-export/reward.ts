/**
 * The reward as Python: one source, python/reward.py, that judges as the lab's verifier does once it is told
 * of the task. Plain data tells it: symbols, limits and the rule by which an answer is read.
 */
import { LabError } from '../../errors';
import { createTask, TASKS, type OwnSettings, type Task, type TaskSettings } from '../../tasks';
import { patternSteps } from '../../tasks/own/pattern/match';
import source from './python/reward.py?raw';

/** What python/reward.py knows of a task of one kind, beside what it knows of all. */
type PythonFacts = (settings: TaskSettings, task: Task) => Readonly<Record<string, unknown>>;

interface VerifierInPython {
  readonly facts: PythonFacts;
  /** What a model is told that has never seen the task; empty where the prompts tell it. */
  readonly instruction: (settings: TaskSettings) => string;
}

const VERIFIERS: Readonly<Record<string, VerifierInPython>> = {
  arithmetic: {
    facts: () => ({}),
    instruction: ({ modulus }) =>
      `Work from left to right, modulo ${String(modulus)}. Write each operator with its operand and the running value, then # and the answer.`,
  },
  grid: {
    facts: ({ side }) => ({ side }),
    instruction: ({ side }) =>
      `A square grid of ${String(side)} × ${String(side)} cells, numbered row by row from 0: walls, > goal, @ start. Write the cells of a shortest path around the walls, the goal last.`,
  },
  own: {
    facts: (settings, task) => ({ rule: ruleOf(settings as unknown as OwnSettings, task) }),
    instruction: () => '',
  },
};

/** Patterns travel as the steps of the lab's matcher: Python's own expressions mean other things. */
function ruleOf({ answer }: OwnSettings, { tokenizer }: Task): unknown {
  if (answer.by !== 'pattern') return answer;
  const steps = patternSteps(answer.pattern).map((step) =>
    step.is === 'one'
      ? { is: 'one', of: tokenizer.vocabulary.filter((symbol) => step.matches(symbol)).join('') }
      : step,
  );
  return { ...answer, steps };
}

function verifierOf({ kind }: TaskSettings): VerifierInPython {
  const found = VERIFIERS[kind];
  if (found) return found;
  // An unknown kind is an error of its own.
  TASKS.named(kind);
  throw new LabError('export/task', { kind, known: Object.keys(VERIFIERS) });
}

/** The text of reward.py for a task; throws `export/task` for one that it cannot judge. */
export function rewardInPython(settings: TaskSettings): string {
  const { facts } = verifierOf(settings);
  const task = createTask(settings);
  const { tokenizer, stopToken, completionLength } = task;
  const data = JSON.stringify({
    kind: settings.kind,
    vocabulary: tokenizer.vocabulary,
    separator: tokenizer.separator,
    stop: tokenizer.vocabulary[stopToken],
    completionLength,
    ...facts(settings, task),
  });
  // JSON of JSON is a string that Python reads as JavaScript does.
  return source.replace('json.loads("{}")', () => `json.loads(${JSON.stringify(data)})`);
}

/** The chat template: what the model is told, a prompt on a line of its own, the completion to its end. */
export function chatTemplate(settings: TaskSettings): string {
  const told = verifierOf(settings).instruction(settings);
  const before = told === '' ? '' : `${JSON.stringify(`${told}\n`)} + `;
  return [
    '{%- for message in messages -%}',
    "{%- if message['role'] == 'user' -%}",
    `{{ ${before}message['content'] + "\\n" }}`,
    '{%- else -%}',
    "{{ message['content'] + eos_token }}",
    '{%- endif -%}',
    '{%- endfor -%}',
    '',
  ].join('\n');
}

/**
 * Most tokens of a prompt with its template and of a completion, whatever the tokenizer: a token is a byte
 * at least. A completion that is cut off at so many is too long for the verifier as well.
 */
export function tokenLimits(settings: TaskSettings): { prompt: number; completion: number } {
  const { tokenizer, promptLength, completionLength } = createTask(settings);
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  const largest = Math.max(...tokenizer.vocabulary.map((symbol) => bytes(symbol)));
  const symbol = largest + bytes(tokenizer.separator);
  const told = bytes(verifierOf(settings).instruction(settings));
  return { prompt: promptLength * symbol + told + 2, completion: completionLength * symbol };
}
