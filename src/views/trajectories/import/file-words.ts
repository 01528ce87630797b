/** What a file is, in words. */
import type { FileLook } from '../../../trajectories/files/mapping/look';
import type { FileFormat } from '../../../trajectories/files/report';

const FORMATS: Readonly<Record<FileFormat, string>> = {
  jsonl: 'JSONL',
  json: 'a JSON document',
  csv: 'a table in CSV',
  parquet: 'Parquet',
  python: 'printed by Python',
};

/** The field's names of its shapes. */
const SHAPES: Readonly<Record<string, string>> = {
  'prompt-completion': 'TRL’s prompt and completion',
  messages: 'OpenAI’s messages, as TRL and verl’s SFT read them',
  sharegpt: 'ShareGPT’s conversations',
  alpaca: 'alpaca: instruction, input and output',
  gsm8k: 'GSM8K: a question, and a solution with its answer behind ####',
  'prompt-response': 'prompt and response',
  'problem-solution': 'problem, solution and answer',
  limo: 'question, solution and answer, as LIMO has them',
  s1k: 's1K: a model’s attempt at each question',
  'verl-rl': 'verl’s RL data',
  dpo: 'preference pairs; the chosen one is the demonstration',
  pairs: 'pairs of a question and an answer',
  text: 'rows of one text',
};

/** "JSONL, packed with gzip. It looks like GSM8K …" */
export function lookSentence({ format, compression, shape }: FileLook): string {
  const packing = compression === null ? '' : `, packed with ${compression}`;
  const known = SHAPES[shape];
  const looks =
    known === undefined
      ? 'Its columns have names of their own: say below which are the prompt and the completion.'
      : `It looks like ${known}.`;
  return `The file is ${FORMATS[format]}${packing}. ${looks} Nothing is kept before you have seen what it makes.`;
}
