/** The form from which a set is made: what is typed, what is wrong with it, and the set it describes. */
import type { TypedField } from '../../controls/fields/typed-field';
import type { GenerateRequest } from '../../../runtime/sets/library';
import {
  FAULTLESS,
  levelCount,
  TASKS,
  type Fault,
  type LevelMix,
  type SetRecipe,
  type TaskEntry,
} from '../../../tasks';
import { numberProblem, type NamedRange } from '../../../settings/number';
import { percents, SEED, SIZE } from '../number-ranges';
import { taskChoices, type TaskChoice } from './task-choices';

/** The expert's faults, in percent; those that a task does not know are left out. */
export const FAULTS: Readonly<
  Record<Fault, { readonly label: string; readonly unit: string; readonly subject: string }>
> = {
  skip: { label: 'Steps left out', unit: '% of steps', subject: 'The share of steps left out' },
  wrong: {
    label: 'Wrong',
    unit: '% of trajectories',
    subject: 'The share of wrong trajectories',
  },
  verbose: {
    label: 'Verbose',
    unit: '% of trajectories',
    subject: 'The share of verbose trajectories',
  },
};

type FieldName = 'size' | 'seed' | Fault;

const LIMITS: Readonly<Record<FieldName, NamedRange>> = {
  size: SIZE,
  seed: SEED,
  skip: percents(FAULTS.skip.subject),
  wrong: percents(FAULTS.wrong.subject),
  verbose: percents(FAULTS.verbose.subject),
};

const WEIGHT: NamedRange = { subject: 'A weight', least: 0, most: 1000 };

/** Of which levels: a mix of the recipes by its name, or weights that are typed. */
type MixName = 'even' | 'easy' | 'hard' | 'own';
export const MIXES = [
  { value: 'even', label: 'all levels alike' },
  { value: 'easy', label: 'mostly easy' },
  { value: 'hard', label: 'mostly hard' },
  { value: 'own', label: 'own weights' },
] as const satisfies readonly { value: MixName; label: string }[];

/** A recipe's name is part of its random stream: equal settings give the recipes' own sets. */
const RECIPE_NAMES: Readonly<Record<MixName, string>> = {
  even: 'uniform',
  easy: 'easy',
  hard: 'hard',
  own: 'mix',
};

export class MakeSet {
  #choice = $state.raw<TaskChoice>(taskChoices()[0]!);
  #texts = $state.raw<Readonly<Record<FieldName, string>>>({
    size: '600',
    seed: '0',
    skip: '25',
    wrong: '0',
    verbose: '0',
  });
  #mix = $state<MixName>('even');
  #weights = $state.raw<readonly string[]>([]);
  #name = $state<string | null>(null);

  /** The faults that the task's expert can have, and how they show. */
  readonly expert: TaskEntry['expert'] = $derived(TASKS.named(this.#choice.task.kind).expert);
  readonly levels: number = $derived(levelCount(this.#choice.task));
  readonly problems: Partial<Record<FieldName, string>> = $derived.by(() => {
    const names: FieldName[] = ['size', 'seed', ...this.expert.faults];
    const found = names.map((name) => [name, numberProblem(this.#texts[name], LIMITS[name])]);
    return Object.fromEntries(found.filter(([, problem]) => problem !== null));
  });
  readonly weightProblems: readonly (string | null)[] = $derived(
    this.#mix === 'own' ? this.#weights.map((text) => numberProblem(text, WEIGHT)) : [],
  );
  /** What is wrong with all weights together; null where nothing is. */
  readonly mixProblem: string | null = $derived(
    this.#mix === 'own' && this.#weights.every((text) => Number(text) === 0)
      ? 'All weights are 0; give one level at least a weight above 0.'
      : null,
  );
  readonly levelMix: LevelMix = $derived.by(() => {
    if (this.#mix === 'own') return this.#weights.map(Number);
    const named = this.#choice.sets.find(({ name }) => name === this.#mix);
    return named?.levels ?? Array.from({ length: this.levels }, () => 1);
  });
  readonly #recipeName: string = $derived(RECIPE_NAMES[this.#mix]);
  readonly suggestedName: string = $derived(
    `${this.#recipeName} ${this.#texts.size}, seed ${this.#texts.seed}`,
  );
  /** The set to make; null while something is wrong. */
  readonly request: GenerateRequest | null = $derived.by(() => {
    const isWrong =
      Object.keys(this.problems).length > 0 ||
      this.weightProblems.some((problem) => problem !== null) ||
      this.mixProblem !== null;
    if (isWrong) return null;
    const recipe: SetRecipe = {
      name: this.#recipeName,
      size: Number(this.#texts.size),
      levels: this.levelMix,
      expert: { ...FAULTLESS, ...this.#faults() },
    };
    const name = this.#name?.trim() ? this.#name : this.suggestedName;
    return { name, task: this.#choice.task, recipe, seed: Number(this.#texts.seed) };
  });

  get choice(): TaskChoice {
    return this.#choice;
  }

  get texts(): Readonly<Record<FieldName, string>> {
    return this.#texts;
  }

  get mix(): MixName {
    return this.#mix;
  }

  get weights(): readonly string[] {
    return this.#weights;
  }

  /** What was typed as a name; null where the suggestion stands. */
  get name(): string | null {
    return this.#name;
  }

  chooseTask(name: string): void {
    const choice = taskChoices().find((candidate) => candidate.name === name);
    if (!choice) return;
    this.#choice = choice;
    if (this.#weights.length > 0) this.#weights = this.#evenWeights();
  }

  chooseMix(mix: MixName): void {
    this.#mix = mix;
    if (this.#weights.length !== this.levels) this.#weights = this.#evenWeights();
  }

  setText(field: FieldName, text: string): void {
    this.#texts = { ...this.#texts, [field]: text };
  }

  /** What a control of the field shows, and where it tells of a change. */
  field(name: FieldName): TypedField {
    return {
      value: this.texts[name],
      problem: this.problems[name] ?? null,
      onchange: (text) => this.setText(name, text),
    };
  }

  setWeight(level: number, text: string): void {
    this.#weights = this.#weights.map((weight, i) => (i === level ? text : weight));
  }

  setName(name: string): void {
    this.#name = name;
  }

  /** One of the recipes' sets of the chosen task. */
  preset(recipe: SetRecipe): GenerateRequest {
    const seed = this.problems.seed === undefined ? Number(this.#texts.seed) : 0;
    const name = `${recipe.name} ${recipe.size}, seed ${seed}`;
    return { name, task: this.#choice.task, recipe, seed };
  }

  #evenWeights(): string[] {
    return Array.from({ length: this.levels }, () => '1');
  }

  #faults(): Partial<Record<Fault, number>> {
    const shares = this.expert.faults.map(
      (fault) => [fault, Number(this.#texts[fault]) / 100] as const,
    );
    return Object.fromEntries(shares.filter(([, share]) => share > 0));
  }
}
