import { describe, expect, it } from 'vitest';
import { overlapOf } from '../../../src/trajectories/compare';
import { isCorrect } from '../../../src/trajectories/judge';
import { NO_FILTER, SetIndex, type SetFilter } from '../../../src/trajectories/set-index';
import { joinTables, selectTableRows, tokensOf } from '../../../src/trajectories/table';
import { arithmetic, generated, recipe } from './set-examples';

const table = generated(arithmetic, {
  ...recipe(900),
  expert: { ...recipe(1).expert, wrong: 0.2 },
});
/** A share of thirds, as three attempts give. */
const difficulty = Float32Array.from({ length: table.rows }, (_, row) => (row % 4) / 3);
const index = new SetIndex(arithmetic, table, difficulty);

function filter(change: Partial<SetFilter>): SetFilter {
  return { ...NO_FILTER, ...change };
}

function rowsWhere(keeps: (row: number) => boolean): number[] {
  return Array.from(Array(table.rows).keys()).filter(keeps);
}

function found(change: Partial<SetFilter>): number[] {
  const { count } = index.query(filter(change));
  return index.view(0, count).map(({ row }) => row);
}

describe('a set laid open', () => {
  it('shows every trajectory in order before anything is filtered', () => {
    expect(found({})).toEqual(rowsWhere(() => true));
    const [first] = index.view(0, 1);
    const { tokenizer } = arithmetic;
    expect(first).toMatchObject({
      prompt: tokenizer.decode(tokensOf(table.prompts, 0)),
      level: table.levels[0],
      answer: table.answers[0],
      difficulty: 0,
    });
    expect(`${first!.completion}$`).toBe(tokenizer.decode(tokensOf(table.completions, 0)));
  });

  it('finds by text, verdict, level, length and difficulty, alone and together', () => {
    const text = (row: number) => arithmetic.tokenizer.decode(tokensOf(table.prompts, row));
    const steps = (row: number) => arithmetic.tokenizer.decode(tokensOf(table.completions, row));
    const has = (row: number) => text(row).includes('+7') || steps(row).includes('+7');
    expect(found({ search: '+7' })).toEqual(rowsWhere(has));
    const isWrong = (row: number) => !isCorrect(arithmetic, table, row);
    expect(found({ verdict: 'wrong' })).toEqual(rowsWhere(isWrong));
    const levels = { ...NO_FILTER.ranges, level: [2, 4] as const };
    const isBetween = (row: number) => table.levels[row]! >= 2 && table.levels[row]! <= 4;
    expect(found({ ranges: levels })).toEqual(rowsWhere(isBetween));
    // 20 bins from 0 to 1: a third lies in bin 6, two thirds in bin 13.
    const measured = { ...levels, difficulty: [6, 13] as const };
    const isMiddling = (row: number) => isBetween(row) && (row % 4 === 1 || row % 4 === 2);
    expect(found({ ranges: measured })).toEqual(rowsWhere(isMiddling));
    const lengths = rowsWhere((row) => tokensOf(table.completions, row).length === 6);
    expect(found({ ranges: { ...NO_FILTER.ranges, length: [0, 0] } })).toEqual(lengths);
  });

  it('counts in a histogram what passes all filters but its own', () => {
    const { histograms, count } = index.query(
      filter({ verdict: 'right', ranges: { ...NO_FILTER.ranges, level: [0, 0] } }),
    );
    const level = histograms.find(({ dimension }) => dimension === 'level')!;
    const length = histograms.find(({ dimension }) => dimension === 'length')!;
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const right = rowsWhere((row) => isCorrect(arithmetic, table, row)).length;
    expect([sum(level.all), sum(level.kept)]).toEqual([table.rows, right]);
    expect([sum(length.all), sum(length.kept)]).toEqual([table.rows, count]);
    expect(level.kept[0]).toBe(count);
  });

  it('sorts, ties in the order of the set', () => {
    const rows = found({ order: { by: 'difficulty', isDescending: true } });
    const values = rows.map((row) => difficulty[row]!);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(rows.slice(0, 3)).toEqual([3, 7, 11]);
  });

  it('gives a whole set of one length and an empty result their bins', () => {
    const one = new SetIndex(arithmetic, selectTableRows(table, [5]), null);
    const { count, histograms } = one.query(filter({ search: 'nothing has this' }));
    expect(count).toBe(0);
    expect(histograms.map(({ dimension }) => dimension)).toEqual(['level', 'length']);
    expect(histograms[1]!.all).toEqual([1]);
  });
});

describe('two sets', () => {
  it('share the prompts and trajectories that are in both, counted once', () => {
    const first = selectTableRows(table, [0, 1, 2, 2]);
    const second = joinTables([selectTableRows(table, [2, 3])]);
    const { prompts, sharedPrompts, sharedTrajectories } = overlapOf(first, second);
    expect([prompts, sharedPrompts, sharedTrajectories]).toEqual([[3, 2], 1, 1]);
  });
});
