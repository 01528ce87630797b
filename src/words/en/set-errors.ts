/** What is wrong with a trajectory set, or a file of one. */
import { counted } from './counted';

export const SET_ERRORS = {
  'set/empty': ({ set, size }: { set: string; size: number }) =>
    `The trajectory set "${set}" has ${counted(size, 'trajectory', 'trajectories')}; at least 1 is needed.`,
  'set/other-task': ({
    set,
    what,
    has,
    task,
    wanted,
  }: {
    set: string;
    what: string;
    has: number;
    task: string;
    wanted: string;
  }) =>
    `The trajectory set "${set}" belongs to another task: ${what} ${has}, and ${task} has ${wanted}. Choose a set of the run's own task.`,
  'set/nothing-left': ({ size, set }: { size: number; set: string }) =>
    `All ${counted(size, 'prompt')} of the trajectory set "${set}" are also in the benchmark or the validation set, or held out: nothing is left to learn from. At least 1 prompt must be its own; choose another set.`,
  'set/rule-sources': ({ sets, rule, takes }: { sets: number; rule: string; takes: string }) =>
    `${sets} sets were given to the rule "${rule}"; it takes ${takes}.`,
  'set/rule-none': ({ rule, rows }: { rule: string; rows: number }) =>
    `The rule "${rule}" leaves none of ${counted(rows, 'trajectory', 'trajectories')}.`,
  'set/subset-size': ({ size, available }: { size: number; available: number }) =>
    `${size} trajectories are asked for; the source has ${available}. Choose a whole number from 1 to ${available}.`,
  'set/unmeasured': () =>
    'The difficulty of these trajectories has not been measured. Measure the set first, or order by level.',
  'set/validation-share': ({ share }: { share: number }) =>
    `The validation share is ${share}; it must lie between 0 and 1.`,
  'set/policy': ({
    hasVocabulary,
    hasContext,
    task,
    vocabulary,
    context,
  }: {
    hasVocabulary: number;
    hasContext: number;
    task: string;
    vocabulary: number;
    context: number;
  }) =>
    `The policy has a vocabulary of ${hasVocabulary} and a context of ${hasContext}; "${task}" needs ${vocabulary} and ${context}. Choose a policy that was trained on this task.`,
  'set/attempts': ({ attempts }: { attempts: number }) =>
    `${attempts} attempts per problem were asked for; choose a whole number from 1 to 1000.`,
  'set/token': (facts: { set: string; token: number; task: string; largest: number }) =>
    `The trajectory set "${facts.set}" has token ${facts.token}; ${facts.task} has 0 to ${facts.largest}. Choose a set of this task.`,
  'set/completion-length': ({
    row,
    set,
    tokens,
    task,
    most,
  }: {
    row: number;
    set: string;
    tokens: number;
    task: string;
    most: number;
  }) => `Completion ${row} of "${set}" has ${counted(tokens, 'token')}; ${task} allows ${most}.`,
  'set/size': ({ size }: { size: number }) =>
    `The set has size ${size}; it must be an integer of at least 1.`,
  'set/level-weights': ({ weights, levels }: { weights: number; levels: number }) =>
    `${weights} level weights were given; the task has ${counted(levels, 'level')}.`,
  'set/no-level': ({ weights }: { weights: readonly number[] }) =>
    `The level weights are ${weights.join(', ')}; they must be 0 or more, and one above 0.`,
  'set/level-draws': ({ draws, level }: { draws: number; level: number }) =>
    `${draws} draws of level ${level} gave only problems that are to be left out.`,
};
