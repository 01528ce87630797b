/** Finds the settings of a task in the rows of a file, so that as many of them as can be fit. */
import { LabError } from '../../errors';
import {
  checkOwnSettings,
  LARGEST_CONTEXT,
  MOST_CHARACTERS,
  MOST_LEVELS,
  OWN_PAD,
  OWN_STOP,
  type OwnOptions,
  type OwnSettings,
} from './settings';

/** A row as the survey sees it. */
interface SurveyedRow {
  readonly prompt: string;
  readonly completion: string;
  readonly level?: string | number;
}

/** Reads the rows of a file once. A row that no model could hold is counted, and decides nothing. */
export class OwnSurvey {
  /** How many rows use each character. */
  readonly #characters = new Map<string, number>();
  readonly #levels = new Set<string>();
  /** How many rows have these lengths: [prompt × (LARGEST_CONTEXT + 1) + response]. */
  readonly #lengths = new Map<number, number>();
  #rows = 0;
  #longest = { prompt: 0, response: 0 };
  #withoutLevel = 0;

  /** Whether any model can hold the row; nothing else is learned from it. */
  fits(row: SurveyedRow): boolean {
    const lengths = lengthsOf(row);
    const sum = lengths.prompt + lengths.response;
    if (sum <= LARGEST_CONTEXT) return true;
    if (sum > this.#longest.prompt + this.#longest.response) this.#longest = lengths;
    return false;
  }

  /** Takes a row that fits; others are passed over. */
  add(row: SurveyedRow): void {
    if (!this.fits(row)) return;
    const { prompt, completion, level } = row;
    const lengths = lengthsOf(row);
    this.#rows += 1;
    const key = lengths.prompt * (LARGEST_CONTEXT + 1) + lengths.response;
    this.#lengths.set(key, (this.#lengths.get(key) ?? 0) + 1);
    for (const character of new Set(prompt + completion)) {
      this.#characters.set(character, (this.#characters.get(character) ?? 0) + 1);
    }
    if (level === undefined) this.#withoutLevel += 1;
    else if (this.#levels.size <= MOST_LEVELS) this.#levels.add(String(level));
  }

  /** Whether the rows have levels: most of them name one, and there are not too many. */
  get hasLevels(): boolean {
    const areNamed = this.#levels.size > 0 && 2 * this.#withoutLevel < this.#rows;
    return areNamed && this.#levels.size <= MOST_LEVELS;
  }

  /** The task's settings; throws an error of `task` where no model of the lab can hold any row. */
  settings({ name, answer, promptEnd = null }: OwnOptions): OwnSettings {
    if (this.#rows === 0) throw this.#noRow();
    const settings: OwnSettings = {
      kind: 'own',
      name,
      characters: this.#vocabulary(),
      ...this.#bestLengths(),
      levels: this.hasLevels ? ordered([...this.#levels]) : ['all'],
      answer,
      promptEnd,
    };
    checkOwnSettings(settings);
    return settings;
  }

  #noRow(): LabError {
    const { prompt, response } = this.#longest;
    if (prompt + response === 0) return new LabError('task/no-row');
    const needed = prompt + response;
    return new LabError('task/context', { prompt, response, needed, largest: LARGEST_CONTEXT });
  }

  /** What most rows use, where there are more characters than a vocabulary has room for. */
  #vocabulary(): string {
    this.#characters.delete(OWN_STOP);
    this.#characters.delete(OWN_PAD);
    const most = [...this.#characters].sort(
      ([a, rowsA], [b, rowsB]) => rowsB - rowsA || byCodePoint(a, b),
    );
    const kept = most.slice(0, MOST_CHARACTERS).map(([character]) => character);
    return kept.sort(byCodePoint).join('');
  }

  /** The lengths of prompt and response that let most rows in, as short as those rows allow. */
  #bestLengths(): Pick<OwnSettings, 'promptLength' | 'responseLength'> {
    const cells = [...this.#lengths].map(([key, rows]) => {
      const prompt = Math.floor(key / (LARGEST_CONTEXT + 1));
      return { prompt, response: key % (LARGEST_CONTEXT + 1), rows };
    });
    const within = (prompt: number) =>
      cells.filter((cell) => cell.prompt <= prompt && cell.response <= LARGEST_CONTEXT - prompt);
    const rowsOf = (prompt: number) => within(prompt).reduce((sum, { rows }) => sum + rows, 0);
    // Where all fit together, the longest prompt is the answer; it is the first that is tried.
    const prompts = [...new Set(cells.map(({ prompt }) => prompt))].sort((a, b) => b - a);
    let best = { prompt: prompts[0]!, rows: rowsOf(prompts[0]!) };
    for (const prompt of best.rows === this.#rows ? [] : prompts) {
      const rows = rowsOf(prompt);
      if (rows > best.rows) best = { prompt, rows };
    }
    const kept = within(best.prompt);
    return {
      promptLength: Math.max(1, ...kept.map(({ prompt }) => prompt)),
      responseLength: Math.max(2, ...kept.map(({ response }) => response)),
    };
  }
}

/** In tokens, of which each character is one; the response ends with one more. */
function lengthsOf({ prompt, completion }: SurveyedRow): { prompt: number; response: number } {
  return { prompt: [...prompt].length, response: [...completion].length + 1 };
}

function byCodePoint(a: string, b: string): number {
  return a.codePointAt(0)! - b.codePointAt(0)!;
}

/** Numbers ascend; other names keep the order of the file. */
function ordered(levels: string[]): string[] {
  const areNumbers = levels.every((level) => level.trim() !== '' && Number.isFinite(Number(level)));
  return areNumbers ? levels.sort((a, b) => Number(a) - Number(b)) : levels;
}
