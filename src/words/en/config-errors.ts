import type { Issue } from '../../schema/issues';
import { issueWords } from './issue';
import { SETTING_ERRORS, type Refused } from './setting-errors';
import { counted } from './counted';

/** How many tokens there are in a vocabulary, and in a row. */
interface ModelTokens {
  vocabSize: number;
  contextLength: number;
}

/** What is wrong with the configuration of a run. */
export const CONFIG_ERRORS = {
  'config/no-engine': ({ name, known }: { name: string; known: string }) =>
    `There is no engine "${name}"; choose one of: ${known}.`,
  'config/no-paradigm': ({ name, known }: { name: string; known: string }) =>
    `There is no paradigm "${name}"; choose one of: ${known}.`,
  'config/no-preset': ({ name, known }: { name: string; known: string }) =>
    `There is no preset "${name}"; choose one of: ${known}.`,
  'config/no-preset-set': ({
    preset,
    name,
    known,
  }: {
    preset: string;
    name: string;
    known: string;
  }) => `The preset ${preset} has no trajectory set "${name}"; choose one of: ${known}.`,
  'config/value': (issue: Issue) => `${issueWords(issue, 'the configuration')}.`,
  'config/switch-step': ({ step, last }: { step: number; last: number }) =>
    `The switch to RL is set to SFT step ${step}, but SFT ends at step ${last}. Choose a step from 0 to ${last}.`,
  'config/prompts': ({ prompts, method }: { prompts: string; method: string }) =>
    `rl.prompts is "${prompts}", but ${method} needs a demonstration of every prompt. Choose "set".`,
  'config/warmup': ({
    stage,
    schedule,
    steps,
    warmupSteps,
  }: {
    stage: string;
    schedule: string;
    steps: number;
    warmupSteps: number;
  }) =>
    `${stage}.warmupSteps is ${warmupSteps}, longer than the whole stage of ${counted(steps, 'step')}: the rate would never be reached, nor fall as ${stage}.schedule "${schedule}" says. Choose ${steps} at most, more ${stage}.steps, or the schedule "constant".`,
  'config/rl-temperature': ({ temperature }: { temperature: number }) =>
    `rl.temperature is ${temperature}; it must be above 0. At 0 all attempts at a prompt are the same, and there is nothing to compare: choose 0.7 or 1.`,
  'config/prefix-share': ({ from, to }: { from: number; to: number }) =>
    `The prefix share goes from ${from} to ${to}; it must fall. Choose rl.method.to from 0 to ${from}.`,
  'config/model': ({ needs, has }: { needs: ModelTokens; has: ModelTokens }) =>
    `The task needs ${counted(needs.vocabSize, 'token')} and a context of ${needs.contextLength}, but the model has ${has.vocabSize} and ${has.contextLength}. Leave the task as the preset has it, or set model.vocabSize to ${needs.vocabSize}, model.contextLength to ${needs.contextLength} or more, and base to "untrained".`,
  'config/level-weights': ({
    field,
    weights,
    levels,
  }: {
    field: string;
    weights: number;
    levels: number;
  }) =>
    `${field} has ${counted(weights, 'weight')}, but the task has ${counted(levels, 'level')}: they belong to another task. Give ${counted(levels, 'weight')}, or "balanced".`,
  'config/no-level': ({ field }: { field: string }) =>
    `${field} are all 0, so no level could be drawn; make the weight of one level more than 0.`,
  'config/held-out': ({ perLevel, task }: { perLevel: number; task: string }) =>
    `${perLevel} held-out problems per level are asked for, but ${task} has no kind of problem to hold out. Set evaluation.heldOutPerLevel to 0.`,
  'config/set-unread': ({ set }: { set: string }) =>
    `The run trains on "${set}", a set of the library, whose trajectories were not read. Start it in the run page of the browser that keeps the set.`,
  'config/severe-width': ({ severe, stable }: { severe: string; stable: string }) =>
    `Severe overfitting is set to begin at ${severe}%, which is not above the stable width of ${stable}%. Raise the first or lower the second.`,
  'config/link-switch': ({ text, paradigm }: { text: string; paradigm: string }) =>
    `The link has switch=${text}, but the paradigm ${paradigm} has a switch of its own; it was left out.`,
  'config/autostart': ({ text }: { text: string }) =>
    `The flag autostart is “${text}”; it must be 1 or 0.`,
  'config/link-value': (refused: Refused) =>
    `${SETTING_ERRORS['setting/refused'](refused)} The link’s value was left out.`,
};
