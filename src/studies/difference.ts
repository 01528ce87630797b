/** What two configurations differ in, in words: a study and its preset, two studies, two runs. */
import * as v from 'valibot';
import { describeTuning, gpuTuning } from '../engine/gpu-tuning';
import { differences, isObject, type Difference } from '../settings/path';
import { lowerFirst, pathInWords, valueInWords } from '../settings/words';
import type { RunConfig } from '../training/configuration/run-config';
import type { StudyConfig } from './study-config';

/** Labels of a study, which nothing depends on. */
const LABELS = ['name', 'title', 'description', 'run.preset'];

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
  return [`${pathInWords(path)}: ${shown(to)} instead of ${shown(from)}`];
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
        `${what} ${name}, ${lowerFirst(pathInWords(inner.path))}: ${shown(inner.to)} instead of ${shown(inner.from)}`,
    );
  });
  return sentences.length > 0 ? sentences : [`${what}s are in another order`];
}

/** A setting's value; the code of a GPU's products in a few words. */
function shown(value: unknown): string {
  if (!v.is(gpuTuning, value)) return valueInWords(value);
  return `${describeTuning(value.tuning)} (${value.adapter})`;
}
