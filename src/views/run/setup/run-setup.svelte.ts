/** The state of the setup form: choices, what is wrong with them, and the run they describe. */
import { messageOf } from '../../../errors';
import { presetNamed, type Preset } from '../../../training/configuration/presets';
import type { LibrarySet } from '../../../training/data/library-set';
import type { RunConfig } from '../../../training/configuration/run-config';
import { PLAIN } from '../../../training/configuration/settings';
import {
  configOf,
  numbersUsed,
  presetFor,
  problemOf,
  standardChoices,
  type NumberName,
  type RlEnd,
  type RunChoices,
  type SwitchPoint,
} from './run-choices';
import { readRunLink, writeRunLink, type RunLink } from './run-link';

export class RunSetup {
  #choices = $state.raw<RunChoices>(readRunLink('').choices);
  #linkProblems = $state.raw<readonly string[]>([]);

  readonly preset: Preset = $derived(presetNamed(this.#choices.preset));
  /** A sentence for each number that cannot be used. */
  readonly numberProblems: Partial<Record<NumberName, string>> = $derived.by(() => {
    const { numbers } = this.#choices;
    const found = numbersUsed(this.#choices).map((name) => [name, problemOf(name, numbers[name])]);
    return Object.fromEntries(found.filter(([, problem]) => problem !== null));
  });
  readonly #checked: { config: RunConfig | null; problem: string | null } = $derived.by(() => {
    try {
      return { config: configOf(this.#choices), problem: null };
    } catch (error) {
      return { config: null, problem: messageOf(error) };
    }
  });
  /** The run to start; null while a choice is wrong. */
  readonly config: RunConfig | null = $derived(this.#checked.config);
  /** What is wrong, where no single field is to blame. */
  readonly problem: string | null = $derived(
    Object.keys(this.numberProblems).length > 0 ? null : this.#checked.problem,
  );
  /** The query of a link to these choices. */
  readonly query: string = $derived(writeRunLink(this.#choices));
  /** Whether anything differs from the preset. */
  readonly isChanged: boolean = $derived(this.query !== `preset=${this.#choices.preset}`);

  get choices(): RunChoices {
    return this.#choices;
  }

  /** What was wrong in the link that was read last. */
  get linkProblems(): readonly string[] {
    return this.#linkProblems;
  }

  /** Takes over a link; says whether it asks to start at once, and which set of the library it names. */
  readLink(query: string): Pick<RunLink, 'autostart' | 'library'> {
    const { choices, problems, autostart, library } = readRunLink(query);
    this.#choices = choices;
    this.#linkProblems = problems;
    return { autostart, library };
  }

  /** The set that a link names is not here. */
  missesSet(id: string): void {
    this.#linkProblems = [
      ...this.#linkProblems,
      `This browser has no trajectory set “${id}”, which the link names: it may have been deleted, or the link is from another browser. A set of the preset was taken.`,
    ];
  }

  dismissLinkProblems(): void {
    this.#linkProblems = [];
  }

  /** Turns to a preset with its own values; paradigm, seed and engine stay. */
  choosePreset(name: string): void {
    if (name === this.#choices.preset) return;
    const { engine, numbers, paradigm } = this.#choices;
    const standard = standardChoices(name, paradigm);
    this.#change({ ...standard, engine, numbers: { ...standard.numbers, seed: numbers.seed } });
  }

  /** Turns to a paradigm with its own steps and budget; all else stays. */
  chooseParadigm(paradigm: string): void {
    const { preset, numbers } = this.#choices;
    const standard = standardChoices(preset, paradigm);
    const { sftSteps, rlSteps, budget, heldOut } = standard.numbers;
    this.#change({ paradigm, numbers: { ...numbers, sftSteps, rlSteps, budget, heldOut } });
  }

  chooseSet(set: string): void {
    this.#change({ set, librarySet: null });
  }

  /** Takes a set of the library, and the preset of its task where there is one. */
  chooseLibrarySet(librarySet: LibrarySet): void {
    const fitting = presetFor(librarySet.task);
    if (fitting) this.choosePreset(fitting.name);
    this.#change({ librarySet });
  }

  chooseEngine(engine: string): void {
    this.#change({ engine });
  }

  chooseSwitchPoint(switchPoint: SwitchPoint): void {
    this.#change({ switchPoint });
  }

  chooseRlEnd(rlUntil: RlEnd): void {
    this.#change({ rlUntil });
  }

  setNumber(name: NumberName, text: string): void {
    this.#change({ numbers: { ...this.#choices.numbers, [name]: text } });
  }

  /** Back to the preset's own values. */
  reset(): void {
    this.#change(standardChoices(this.preset.name, PLAIN));
  }

  /** Whoever changes the form has read what was wrong in the link. */
  #change(patch: Partial<RunChoices>): void {
    this.#choices = { ...this.#choices, ...patch };
    this.#linkProblems = [];
  }
}
