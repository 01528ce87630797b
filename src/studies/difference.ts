/** What two configurations differ in, in words: a study and its preset, two studies, two runs. */
import * as v from 'valibot';
import { describeTuning, gpuTuning } from '../engine/gpu-tuning';
import type { RunConfig } from '../training/configuration/run-config';
import type { StudyConfig } from './study-config';

/** One setting that differs. */
interface Difference {
  /** Such as `run.rl.steps`. */
  readonly path: string;
  /** undefined where it is not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/** Labels of a study, which nothing depends on. */
const LABELS = ['name', 'title', 'description', 'run.preset'];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Settings that differ, in the order of the first configuration. Lists are compared as a whole. */
export function differences(from: unknown, to: unknown, path = ''): Difference[] {
  if (!isObject(from) || !isObject(to)) {
    return isEqual(from, to) ? [] : [{ path, from, to }];
  }
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return keys.flatMap((key) =>
    differences(from[key], to[key], path === '' ? key : `${path}.${key}`),
  );
}

/** A sentence for each setting in which `to` differs from `from`; empty where none does. */
export function describeDifferences<C extends StudyConfig | RunConfig>(from: C, to: C): string[] {
  return differences(from, to)
    .filter(({ path }) => !LABELS.includes(path))
    .flatMap((difference) => describe(difference));
}

function describe({ path, from, to }: Difference): string[] {
  if (path === 'sets') {
    return describeNamed('Set', from, to, (item) => nameIn(item, 'recipe'));
  }
  if (path === 'branches') return describeNamed('Branch point', from, to, (item) => nameIn(item));
  return [`${words(path)}: ${shown(to)} instead of ${shown(from)}`];
}

function nameIn(item: unknown, field?: string): string {
  const holder = field !== undefined && isObject(item) ? item[field] : item;
  return isObject(holder) && typeof holder.name === 'string' ? holder.name : '?';
}

/** Lists of things with names: what is new, what is gone, what has changed. */
function describeNamed(
  what: string,
  from: unknown,
  to: unknown,
  nameOf: (item: unknown) => string,
): string[] {
  const [old, now] = [from, to].map((list) => {
    const items: unknown[] = Array.isArray(list) ? list : [];
    return new Map(items.map((item) => [nameOf(item), item]));
  });
  const names = [...new Set([...old!.keys(), ...now!.keys()])];
  const sentences = names.flatMap((name) => {
    if (!now!.has(name)) return [`${what} ${name} is left out`];
    if (!old!.has(name)) return [`${what} ${name} is new`];
    return differences(old!.get(name), now!.get(name)).map(
      (inner) =>
        `${what} ${name}, ${lowerFirst(words(inner.path))}: ${shown(inner.to)} instead of ${shown(inner.from)}`,
    );
  });
  return sentences.length > 0 ? sentences : [`${what}s are in another order`];
}

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
function words(path: string): string {
  const text = path
    .split('.')
    .map((part) => NAMES[part] ?? part.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`))
    .filter((part) => part !== '')
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (v.is(gpuTuning, value)) return `${describeTuning(value.tuning)} (${value.adapter})`;
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map(shown).join(', ');
  }
  if (isObject(value)) {
    return Object.values(value).map(shown).join(' ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
