/**
 * The part of an address that describes a study: its preset and what differs from it, such as
 * `preset=scale-difficulty&seeds=[0,1]&run.rl.steps=40`. Values are JSON.
 */
import { messageOf } from '../errors';
import { differences } from './difference';
import { parseStudy, StudyError } from './parse-study';
import { studyPresetNamed, STUDY_PRESETS } from './presets';
import type { StudyConfig } from './study-config';

interface StudyLink {
  readonly study: StudyConfig;
  /** The preset that it was made from. */
  readonly preset: string;
  /** A sentence for each thing that could not be used; then the study is the preset's. */
  readonly problems: readonly string[];
}

/** Parts of an address that are the page's, not the study's. */
const PAGE_FLAGS = ['preset', 'autostart'];

/** The query of a study, without a question mark. */
export function writeStudyLink(study: StudyConfig, preset: string): string {
  const query = new URLSearchParams({ preset });
  for (const { path, to } of differences(studyPresetNamed(preset), study)) {
    query.set(path, JSON.stringify(to ?? null));
  }
  return query.toString();
}

/** Reads a query; what is wrong is named in `problems`. */
export function readStudyLink(queryText: string): StudyLink {
  const query = new URLSearchParams(queryText);
  const name = query.get('preset') ?? STUDY_PRESETS[0]!.name;
  try {
    const preset = studyPresetNamed(name);
    return { ...patched(preset, query), preset: preset.name };
  } catch (error) {
    const first = STUDY_PRESETS[0]!;
    return { study: first, preset: first.name, problems: [messageOf(error)] };
  }
}

function patched(
  preset: StudyConfig,
  query: URLSearchParams,
): { study: StudyConfig; problems: readonly string[] } {
  try {
    const study: Record<string, unknown> = structuredClone(preset);
    for (const [path, text] of query) {
      if (!PAGE_FLAGS.includes(path)) setAt(study, path, parseValue(path, text));
    }
    return { study: parseStudy(study), problems: [] };
  } catch (error) {
    return { study: preset, problems: [messageOf(error)] };
  }
}

function parseValue(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StudyError(
      `The link gives ${path} the value ${text}, which is not JSON. Write texts in quotes, such as "stable".`,
    );
  }
}

function setAt(target: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop()!;
  let place = target;
  for (const part of parts) {
    const next = Object.hasOwn(place, part) ? place[part] : undefined;
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      throw new StudyError(`The link sets "${path}", which a study does not have.`);
    }
    place = next as Record<string, unknown>;
  }
  // Own properties only: a link must not reach a prototype.
  Object.defineProperty(place, last, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
