/** Settings in words. */
import { isObject } from './path';

const NAMES: Readonly<Record<string, string>> = {
  run: '',
  sft: 'SFT',
  rl: 'RL',
  gpu: 'GPU',
  recipe: '',
  sftSteps: 'SFT steps',
  computeBudget: 'compute budget, FLOPs',
};

/** `run.rl.promptsPerStep` as "RL prompts per step". */
export function pathInWords(path: string): string {
  const text = path
    .split('.')
    .map((part) => NAMES[part] ?? part.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`))
    .filter((part) => part !== '')
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function lowerFirst(text: string): string {
  return /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** A value as it is read aloud: lists with commas, objects by their values alone. */
export function valueInWords(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item) => valueInWords(item)).join(', ');
  }
  if (isObject(value)) return Object.values(value).map(valueInWords).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
