/** Which columns of a file are a trajectory, as the form has it. */
import { NO_MAPPING, type FieldMapping } from '../../../trajectories/files/mapping/mapping';

export const ROW_FORMS = [
  { value: 'columns', label: 'prompt and completion' },
  { value: 'messages', label: 'a conversation' },
  { value: 'text', label: 'one text' },
] as const;

/** Stands for "no column" in a list of columns. */
export const NONE = '';

interface Choice {
  /** How a row has its prompt and its completion. */
  readonly form: (typeof ROW_FORMS)[number]['value'];
  readonly prompt: string;
  /** Joined to the prompt, such as alpaca's input. */
  readonly further: string;
  readonly completion: string;
  /** Joined to the completion before it, such as what a model thought. */
  readonly thoughts: string;
  /** Said before a conversation, such as the system's prompt. */
  readonly before: string;
  /** The column of a conversation or of a text. */
  readonly whole: string;
  readonly answer: string;
  readonly level: string;
  /** Says of each row whether its completion is a good one. */
  readonly label: string;
}

export class MappingForm {
  #choice = $state.raw<Choice>(choiceOf(NO_MAPPING));

  get choice(): Choice {
    return this.#choice;
  }

  /** Shows a mapping that was found. */
  show(mapping: FieldMapping): void {
    this.#choice = choiceOf(mapping);
  }

  choose(part: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...part };
  }

  readonly mapping: FieldMapping = $derived(mappingOf(this.#choice));
}

function choiceOf(mapping: FieldMapping): Choice {
  const { prompt, completion, messages, text, answer, level, label } = mapping;
  const isTalk = messages !== null;
  return {
    form: isTalk ? 'messages' : text !== null ? 'text' : 'columns',
    prompt: (isTalk ? null : prompt[0]) ?? NONE,
    before: (isTalk ? prompt[0] : null) ?? NONE,
    further: prompt[1] ?? NONE,
    completion: completion.at(-1) ?? NONE,
    thoughts: completion.length > 1 ? completion[0]! : NONE,
    whole: messages ?? text ?? NONE,
    answer: answer ?? NONE,
    level: level ?? NONE,
    label: label ?? NONE,
  };
}

function mappingOf({
  form,
  prompt,
  further,
  before,
  completion,
  thoughts,
  ...choice
}: Choice): FieldMapping {
  const column = (name: string): string | null => (name === NONE ? null : name);
  const whole = column(choice.whole);
  const named = (...names: readonly string[]): string[] => names.filter((name) => name !== NONE);
  const facts = {
    answer: column(choice.answer),
    level: column(choice.level),
    label: column(choice.label),
  };
  const mapping = { ...NO_MAPPING, ...facts };
  switch (form) {
    case 'messages':
      return { ...mapping, messages: whole, prompt: named(before) };
    case 'text':
      return { ...mapping, text: whole };
    case 'columns':
      return {
        ...mapping,
        prompt: named(prompt, further),
        completion: named(thoughts, completion),
      };
    default:
      return form satisfies never;
  }
}
