/** The state of the builder: a study that can be run, and the texts that are not one yet. */
import { messageOf } from '../../../errors';
import { describeDifferences } from '../../../studies/difference';
import {
  estimateStudy,
  questionAbout,
  type DeviceSpeed,
  type StudyEstimate,
} from '../../../studies/estimate';
import { parseStudy, parseStudyText } from '../../../studies/parse-study';
import { studyPresetNamed } from '../../../studies/presets';
import type { StudyConfig } from '../../../studies/study-config';
import { readStudyLink, writeStudyLink } from '../../../studies/study-link';
import type { StudyField } from './study-fields';

/** A text in a field that could not be used, and why. */
interface Draft {
  readonly field: StudyField;
  readonly text: string;
  readonly problem: string;
}

/** Where a change was asked for; fields of a list have ids that begin with its name. */
export type Place = 'study' | 'sets' | 'branches';

export class StudySetup {
  #preset = $state(readStudyLink('').preset);
  #study = $state.raw<StudyConfig>(readStudyLink('').study);
  #drafts = $state.raw<Readonly<Record<string, Draft>>>({});
  #refusal = $state.raw<{ readonly place: Place; readonly problem: string } | null>(null);
  #linkProblems = $state.raw<readonly string[]>([]);
  #workers = $state(1);
  #speed = $state.raw<{ readonly key: string; readonly speed: DeviceSpeed } | null>(null);

  /** The query of a link that builds the same study. */
  readonly query: string = $derived(writeStudyLink(this.#study, this.#preset));
  /** A sentence for each thing that differs from the preset. */
  readonly differences: readonly string[] = $derived(
    describeDifferences(studyPresetNamed(this.#preset), this.#study),
  );
  /** What a device's speed on this study depends on. */
  readonly speedKey: string = $derived(
    JSON.stringify([this.#study.run.model, this.#study.run.engine, this.#study.run.task]),
  );
  /** null until the device was measured. */
  readonly estimate: StudyEstimate | null = $derived(
    this.#speed?.key === this.speedKey
      ? estimateStudy(this.#study, this.#speed.speed, this.#workers)
      : null,
  );
  /** A question for studies that are large by mistake. */
  readonly question: string | null = $derived(this.estimate && questionAbout(this.estimate));
  readonly isBlocked: boolean = $derived(Object.keys(this.#drafts).length > 0);

  get study(): StudyConfig {
    return this.#study;
  }

  get preset(): string {
    return this.#preset;
  }

  /** Why the last change that was asked for there was refused; the study stayed as it was. */
  problemAt(place: Place): string | null {
    return this.#refusal?.place === place ? this.#refusal.problem : null;
  }

  get linkProblems(): readonly string[] {
    return this.#linkProblems;
  }

  get workers(): number {
    return this.#workers;
  }

  set workers(workers: number) {
    this.#workers = workers;
  }

  readLink(query: string): void {
    const { study, preset, problems } = readStudyLink(query);
    this.#take(study, preset);
    this.#linkProblems = problems;
  }

  choosePreset(name: string): void {
    this.#take(studyPresetNamed(name), name);
  }

  /** A study from a file, told apart from the preset that it is most like. */
  take(study: StudyConfig): void {
    const known = readStudyLink(`preset=${encodeURIComponent(study.name)}`);
    this.#take(study, known.problems.length === 0 ? study.name : this.#preset);
  }

  textOf(field: StudyField): string {
    return this.#drafts[field.id]?.text ?? field.read(this.#study);
  }

  problemOf(field: StudyField): string | null {
    return this.#drafts[field.id]?.problem ?? null;
  }

  /** Writes a field; what cannot be used stays as a text with its problem. */
  write(field: StudyField, text: string): void {
    this.#settle(this.#study, {
      [field.id]: { field, text, problem: '' },
      ...this.#without(field.id),
    });
  }

  /** Changes the study, or says at the place why that is not a study. */
  change(patch: (study: StudyConfig) => StudyConfig, place: Place = 'study'): void {
    this.#change(patch, place, this.#drafts);
  }

  /** Changes a list in which items move up: texts in it that are not used yet are dropped. */
  changeList(list: Place, patch: (study: StudyConfig) => StudyConfig): void {
    this.#change(patch, list, this.#without(`${list}-`));
  }

  /** Takes a whole study as JSON; throws with the place and the reason. */
  takeText(text: string): void {
    this.#settle(parseStudyText(text), {});
  }

  setSpeed(key: string, speed: DeviceSpeed): void {
    this.#speed = { key, speed };
  }

  #change(
    patch: (study: StudyConfig) => StudyConfig,
    place: Place,
    drafts: Readonly<Record<string, Draft>>,
  ): void {
    try {
      this.#settle(parseStudy(patch(this.#study)), drafts);
    } catch (error) {
      this.#refusal = { place, problem: messageOf(error) };
    }
  }

  #without(start: string): Record<string, Draft> {
    return Object.fromEntries(Object.entries(this.#drafts).filter(([id]) => !id.startsWith(start)));
  }

  /** Takes a study, and each text that is right in it: one may have waited for another. */
  #settle(study: StudyConfig, drafts: Readonly<Record<string, Draft>>): void {
    const left: Record<string, Draft> = {};
    for (const draft of Object.values(drafts)) {
      try {
        study = parseStudy(draft.field.write(study, draft.text));
      } catch (error) {
        left[draft.field.id] = { ...draft, problem: messageOf(error) };
      }
    }
    this.#study = study;
    this.#drafts = left;
    this.#refusal = null;
    this.#linkProblems = [];
  }

  #take(study: StudyConfig, preset: string): void {
    this.#settle(study, {});
    this.#preset = preset;
  }
}
