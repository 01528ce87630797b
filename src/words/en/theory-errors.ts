import type { Failure } from '../../schema/pieces';
import { failureSentence } from '../../sentences';

/** What a file of curves, a ceiling or a series of losses lacks. */
import { toDecimals } from '../../rounding';
import { counted } from './counted';

export const THEORY_ERRORS = {
  'curves/one-column': ({ column }: { column: string }) =>
    `The file has one column, "${column}"; it needs at least two: compute and performance.`,
  'curves/one-row': ({ kind, least }: { kind: string; least: number }) =>
    `The file holds one evaluation (${kind}), as a summary does; a ceiling needs the evaluations of a whole run, at least ${least}. Export the run’s history instead. As the P_sft of another file it will do.`,
  'curves/no-evaluation': ({ kind }: { kind: string }) =>
    `The file (${kind}) has no column of performances, such as eval/accuracy. Give a file with evaluations, or the number itself.`,
  'curves/many-runs': ({ column, runs, most }: { column: string; runs: number; most: number }) =>
    `Column "${column}" names ${counted(runs, 'run')}; the page takes up to ${most}. Choose another column for the runs, or fit the file in a terminal: npm run -s lab -- fit FILE.`,
  'ceiling/compute': ({ compute }: { compute: number }) =>
    `A point has compute ${compute}; it must be a finite number above 0, since P_sft stands for 0.`,
  'ceiling/performance': ({ performance }: { performance: number }) =>
    `A point has performance ${performance}; it must be from 0 to 100, in percent.`,
  'ceiling/problems': ({ problems }: { problems: number }) =>
    `A point rests on ${counted(problems, 'problem')}; it must be at least 1.`,
  'ceiling/no-curve': () => 'No curve was given; a ceiling needs one.',
  'ceiling/branch': ({ performance }: { performance: number }) =>
    `P_sft is ${performance}; it must be from 0 to 100, in percent.`,
  'ceiling/branch-error': ({ standardError }: { standardError: number }) =>
    `The standard error of P_sft is ${standardError}; it must be from 0 to 100 points.`,
  'ceiling/empty-curve': ({ curve, curves }: { curve: number; curves: number }) =>
    `Curve ${curve} of ${curves} has no evaluation after the switch; leave it out or evaluate it.`,
  'ceiling/few-evaluations': ({ evaluations, least }: { evaluations: number; least: number }) =>
    `The curve has ${counted(evaluations, 'evaluation')} after the switch; a ceiling needs at least ${least}. Run more RL steps or evaluate more often.`,
  'ceiling/flat': ({ performance }: { performance: number }) =>
    `Performance is ${performance} at every evaluation, so the curve says nothing about a ceiling.`,
  'ceiling/collapsed': ({ compute, why }: { compute: number; why: Failure }) =>
    `RL collapsed after compute ${compute}. ${failureSentence(why)}`,
  'ceiling/level-count': (facts: {
    level: string;
    successes: number;
    samples: number;
    compute: number;
  }) =>
    `At RL compute ${facts.compute}, level ${facts.level} has ${facts.successes} right answers of ${facts.samples}; it needs at least one answer, and from 0 to all of them right. Correct the counts.`,
  'ceiling/level-missing': (facts: { expected: string; compute: number; found: string }) =>
    `At RL compute ${facts.compute}, the evaluation has the levels ${facts.found || '(none)'} where ${facts.expected} was expected. Every evaluation of a curve needs the same levels in the same order.`,
  'ceiling/other-levels': (facts: { curve: number; levels: string; found: string }) =>
    `Curve ${facts.curve} has the levels ${facts.found}, the first one ${facts.levels}. Seeds that are fitted together need the same levels.`,
  'ceiling/chance': ({ chance }: { chance: number }) =>
    `The chance level is ${chance}; it must be a share from 0 to less than 1.`,
  'ceiling/chance-levels': ({ given, levels }: { given: number; levels: number }) =>
    `There are ${counted(given, 'chance level')} for ${counted(levels, 'level')}; give one for each, or none to have it estimated.`,
  'ceiling/chance-above': (facts: { chance: number; level: string; best: number }) =>
    `The chance level is ${facts.chance}, above everything measured at level ${facts.level} (at most ${facts.best}). Give a lower one, or leave it out to have it estimated.`,
  'ceiling/draws': ({ draws }: { draws: number }) =>
    `There are ${draws} bootstrap draws; it must be an integer from 20.`,
  'ceiling/confidence': ({ confidence }: { confidence: number }) =>
    `Confidence is ${confidence}; it must be between 0 and 1.`,
  'curves/no-column': ({
    name,
    column,
    has,
    remedy,
  }: {
    name: string;
    column: string;
    has: string;
    remedy: string;
  }) => `There is no column "${name}" for ${column}. ${has} ${remedy}`,
  'curves/large': ({
    megabytes,
    limit,
    columns,
  }: {
    megabytes: number;
    limit: number;
    columns: readonly string[];
  }) =>
    `The file has ${toDecimals(megabytes, 1)} MB; the limit is ${limit}. Keep the columns ${columns.join(', ')} and the rows with an evaluation.`,
  'curves/empty': () => 'The file is empty.',
  'curves/binary': ({ character }: { character: number }) =>
    `The file is binary: it holds a zero byte at character ${character}. Give a CSV or JSONL text.`,
  'curves/encoding': () => 'The file is not UTF-8 text. Give a CSV or JSONL text in UTF-8.',
  'curves/other-file': ({ what }: { what: string }) =>
    `The file is ${what}. The lab reads curves from CSV, JSON, JSONL and what trainers print, packed by gzip or zstd or not: export one of these.`,
  'curves/p-sft': ({ value }: { value: number }) =>
    `P_sft is ${value}; it must be a percentage from 0 to 100.`,
  'curves/unclear-number': ({ column, cell }: { column: string; cell: string }) =>
    `Column "${column}" has ${cell}, which may be read in two ways. Say which sign is the decimal one: --decimal point or --decimal comma.`,
  'curves/open-quote': ({ row }: { row: number }) =>
    `Row ${row} opens a quote that the file never closes.`,
  'curves/column-twice': ({ column }: { column: string }) =>
    `The header names the column "${column}" twice.`,
  'sub-phase/thresholds': ({
    stableWithin,
    severeFrom,
  }: {
    stableWithin: number;
    severeFrom: number;
  }) =>
    `The thresholds are ${stableWithin} (stable) and ${severeFrom} (severe); they must be above 0, and severe above stable.`,
  'ranking/losses': ({ set, losses }: { set: string; losses: readonly string[] }) =>
    `Set "${set}" has the validation losses ${losses.join(', ') || '(none)'}; it needs at least one, all above 0.`,
  'sub-phase/patience': ({ patience, smoothing }: { patience: number; smoothing: number }) =>
    `Patience is ${patience} and smoothing ${smoothing}; both must be integers from 1.`,
  'sub-phase/loss': ({ step, loss }: { step: number; loss: number }) =>
    `The validation loss at step ${step} is ${loss}; it must be above 0.`,
  'sub-phase/no-evaluation': () => 'The series has no evaluation; it needs one.',
  'curves/bad-line': ({ message }: { message: string }) => message,
  'curves/no-row': () => 'The file has a header and no row below it.',
  'curves/of-file': ({ path, reason }: { path: string; reason: string }) => `${path}: ${reason}`,
  'backtest/no-curve': ({ from }: { from: string }) =>
    `"${from}" has no finished cell with RL: there is nothing to backtest. Finish a study with RL steps first.`,
  'backtest/share': ({ at }: { at: number }) =>
    `A backtest at ${at} has nothing to compare: the share of each curve that is fitted must lie between 0 and 1, such as 0.5.`,
  'backtest/few-evaluations': (facts: { at: number; left: number; all: number; least: number }) =>
    `A backtest at ${facts.at} leaves ${facts.left} of ${counted(facts.all, 'evaluation')}; a fit needs at least ${facts.least}. Take a larger share, or evaluate more often.`,
};
