/** Where a prompt ends, in rows that are one text. */
import { RowError } from '../row-error';

/** With what the answer is announced in the templates of the field. */
const KNOWN_ENDS = [
  ...['### Response:\n', '### Response:', '### Answer:\n', '### Answer:', '### Output:'],
  ...['<|im_start|>assistant\n', '<|start_header_id|>assistant<|end_header_id|>\n\n'],
  ...['<|assistant|>\n', '<start_of_turn>model\n', '[/INST]', '<|Assistant|>'],
  ...['\n\nAssistant:', 'Assistant:', 'ASSISTANT:', '\nAnswer:', '\nA:'],
];

/** The announcement that all texts have; null where there is none. */
export function promptEndIn(texts: readonly string[]): string | null {
  if (texts.length === 0) return null;
  return KNOWN_ENDS.find((end) => texts.every((text) => text.includes(end))) ?? null;
}

/** Cuts texts behind the first place where their prompt ends. */
export function textSplitter(promptEnd: string | null) {
  return (text: string): { prompt: string; completion: string } => {
    if (promptEnd === null || promptEnd === '') {
      throw new RowError(
        'missing-field',
        'The row is one text, and it is not said with what its prompt ends, such as "### Response:".',
      );
    }
    const at = text.indexOf(promptEnd);
    if (at < 0) {
      throw new RowError(
        'missing-field',
        `The text has no "${promptEnd}", with which a prompt ends.`,
      );
    }
    const end = at + promptEnd.length;
    return { prompt: text.slice(0, end), completion: text.slice(end) };
  };
}
