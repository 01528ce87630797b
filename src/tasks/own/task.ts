/**
 * A task of the user's own: problems from a file, each with an expert's completion and its answer.
 * Every character is a token; the vocabulary is what the file uses. The verifier reads an answer
 * out of a completion by a rule, and compares it to the letter or as a number.
 */
import { LabError } from '../../errors';
import { Tokenizer } from '../../model/tokenizer';
import type { Random } from '../../random';
import { answerReader, isSameAnswer, ruleWords } from './answer-rule';
import { checkOwnSettings, OWN_PAD, OWN_STOP, type OwnSettings } from './settings';
import { partOf } from '../parts';
import {
  type ExpertSettings,
  type GivenFacts,
  type Part,
  type Problem,
  type SolvedProblem,
  type Task,
  TaskFrame,
  type Verification,
} from '../task';

type Shelf = Readonly<Record<Part, SolvedProblem[]>>;

/** A task made of given problems; throws an error of `task` for settings outside the limits. */
export class OwnTask extends TaskFrame implements Task {
  /** A file says all that there is. */
  readonly heldOut = null;
  readonly hasLevelNames = true;
  readonly #readAnswer: (completion: string) => string | null;
  readonly #shelves: readonly Shelf[];
  readonly #completions = new Map<string, string[]>();

  /** @param problems what can be drawn; none are needed to read, encode and judge */
  constructor(
    readonly settings: OwnSettings,
    problems: readonly SolvedProblem[] = [],
  ) {
    checkOwnSettings(settings);
    super({
      name: settings.name,
      tokenizer: new Tokenizer([...settings.characters, OWN_STOP, OWN_PAD]),
      levels: settings.levels,
      promptLength: settings.promptLength,
      completionLength: settings.responseLength,
      stop: OWN_STOP,
      pad: OWN_PAD,
    });
    this.#readAnswer = answerReader(settings.answer);
    this.#shelves = this.levels.map(() => ({ train: [], validation: [], benchmark: [] }));
    for (const problem of problems) this.#shelve(problem);
  }

  #shelve(problem: SolvedProblem): void {
    const known = this.#completions.get(problem.prompt);
    if (known) {
      known.push(problem.completion);
      return;
    }
    this.#completions.set(problem.prompt, [problem.completion]);
    const shelf = this.#shelves[problem.level];
    if (!shelf) {
      throw new LabError('task/problem-level', {
        prompt: problem.prompt,
        level: problem.level + 1,
        levels: this.levels.length,
      });
    }
    shelf[partOf(problem.prompt)].push(problem);
  }

  drawingFrom(problems: readonly SolvedProblem[]): OwnTask {
    return new OwnTask(this.settings, problems);
  }

  draw(random: Random, level: number, part: Part): Problem {
    const problems = this.#shelves[level]?.[part] ?? [];
    if (problems.length === 0) {
      throw new LabError('task/empty-level', { task: this.name, level: this.levels[level]!, part });
    }
    const { prompt, answer } = problems[random.integer(problems.length)]!;
    return { level, prompt, answer };
  }

  read(prompt: string, { answer, level, completion }: GivenFacts = {}): Problem {
    const written = completion === undefined ? null : this.#readAnswer(completion);
    const known = answer ?? written;
    if (known === null) {
      throw new LabError('task/no-answer', { prompt, rule: ruleWords(this.settings.answer) });
    }
    return { level: this.#levelOf(level), prompt, answer: known };
  }

  #levelOf(given: string | number | undefined): number {
    if (given === undefined && this.levels.length === 1) return 0;
    if (given === undefined) throw new LabError('task/no-level', { levels: this.levels });
    const level = this.levels.indexOf(String(given));
    if (level >= 0) return level;
    throw new LabError('task/unknown-level', { given, levels: this.levels });
  }

  splitText(text: string): { prompt: string; completion: string } {
    const { promptEnd } = this.settings;
    if (promptEnd === null) {
      throw new LabError('task/no-prompt-end', { task: this.name });
    }
    const at = text.indexOf(promptEnd);
    if (at < 0) throw new LabError('task/prompt-unended', { text, end: promptEnd });
    const end = at + promptEnd.length;
    return { prompt: text.slice(0, end), completion: text.slice(end) };
  }

  /** Padded on the left, so that the prompt's last character always stands before the completion. */
  padPrompt(ids: readonly number[]): number[] {
    if (ids.length === 0 || ids.length > this.promptLength) {
      throw new LabError('task/prompt-characters', {
        prompt: this.tokenizer.decode(ids),
        characters: ids.length,
        most: this.promptLength,
      });
    }
    return [...Array<number>(this.promptLength - ids.length).fill(this.padToken), ...ids];
  }

  /** One of the file's completions of the problem. */
  solve({ prompt }: Problem, random: Random, expert: ExpertSettings): string {
    const fault = Object.entries({ ...expert }).find(([, probability = 0]) => probability > 0);
    if (fault) {
      throw new LabError('task/no-expert', { task: this.name, setting: fault[0], value: fault[1] });
    }
    const completions = this.#completions.get(prompt);
    if (!completions) throw new LabError('task/unknown-problem', { prompt });
    const chosen = completions.length === 1 ? 0 : random.integer(completions.length);
    return completions[chosen]! + OWN_STOP;
  }

  verify(answer: string, completion: ArrayLike<number>): Verification {
    const ids = Array.from(completion).slice(0, this.completionLength);
    const end = ids.indexOf(this.stopToken);
    const given = end < 0 ? null : this.#readAnswer(this.tokenizer.decode(ids.slice(0, end)));
    const correct = given !== null && isSameAnswer(this.settings.answer, given, answer);
    return { correct, wellFormed: given !== null, answer: given };
  }
}
