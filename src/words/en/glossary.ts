/**
 * The lab's terms in plain words: the one source of the popovers, of the page `#/learn/words`, of what a
 * page prints below itself, and of docs/glossary.md, which a test writes
 * (`npm run test:unit -- glossary -u`).
 */

export interface Entry {
  /** As it stands in a list; symbols as the lab's sentences write them: A_post. */
  readonly term: string;
  /** One to three sentences that a reader understands who knows Python and what a neural network is. */
  readonly meaning: string;
  /** The page or chapter that shows it; absent where none does so better than the others. */
  readonly see?: { readonly address: string; readonly name: string };
}

const CHAPTER = {
  guess: { address: '#/learn/guess', name: 'chapter 1' },
  imitate: { address: '#/learn/imitate', name: 'chapter 2' },
  phases: { address: '#/learn/phases', name: 'chapter 3' },
  reward: { address: '#/learn/reward', name: 'chapter 4' },
  switch: { address: '#/learn/switch', name: 'chapter 5' },
} as const;

export const GLOSSARY = {
  advantage: {
    term: 'advantage',
    meaning:
      'How an attempt’s reward compares with those of its group: the reward minus the group’s mean, divided by the group’s standard deviation. Above 0 the attempt’s tokens are made more likely, below 0 less likely; where all rewards are equal it is 0 and nothing is learned.',
    see: CHAPTER.reward,
  },
  'a-post': {
    term: 'A_post',
    meaning:
      'The ceiling: the performance that RL approaches if it goes on and on, in percent. It is fitted to the curve that was measured and comes with an interval. A_post = P_sft + PL_rl.',
  },
  'at-least': {
    term: 'at least (≥)',
    meaning:
      'A ceiling that is known from below alone. The levels that have been learned are accounted for, but another level has hardly begun or is still rising and may lift the ceiling further.',
  },
  b: {
    term: 'B',
    meaning:
      'The steepness of the fitted RL curve: small for a slow rise over a wide range of compute, large for a sudden one around C_mid.',
  },
  base: {
    term: 'base model',
    meaning:
      'The model before any post-training: it was pre-trained on many careless texts and knows the form of a solution better than its content. Every run starts from it.',
    see: CHAPTER.guess,
  },
  benchmark: {
    term: 'benchmark',
    meaning:
      'The problems on which a model is measured. None of them is among the problems that it learns from: a hash of a problem’s text decides for ever which part it belongs to.',
    see: CHAPTER.guess,
  },
  branch: {
    term: 'branch point',
    meaning:
      'The step of SFT at which RL starts. From one SFT run several RL runs can branch off, early, in time and late, and then be compared.',
    see: CHAPTER.switch,
  },
  'c-mid': {
    term: 'C_mid',
    meaning:
      'The RL compute at which half of the plasticity is used up. A curve that has hardly passed its C_mid has not bent yet, and says little about its ceiling.',
  },
  'clip-ratio': {
    term: 'clip ratio',
    meaning:
      'The share of tokens that the clip holds back. A token’s ratio is its probability now, divided by its probability when it was written. Once the ratio is above 1.28, the token is pushed up no further, and below 0.8 down no further, so that one batch of attempts cannot drag the model too far.',
    see: CHAPTER.reward,
  },
  compute: {
    term: 'compute',
    meaning:
      'How much arithmetic training has cost, in floating-point operations (FLOPs), single additions or multiplications: 6 for each parameter and token that is learned from, 2 where a token is only read or sampled. 1 GFLOP is a billion of them. Unlike seconds, it is the same on every machine.',
  },
  entropy: {
    term: 'entropy',
    meaning:
      'How undecided the model is about its next token, in nats: 0 where it is certain, and the logarithm of the number of choices where all are equally likely. RL lowers it; at 0 all attempts are alike and nothing is left to compare.',
  },
  expert: {
    term: 'expert trajectory',
    meaning:
      'A problem with a worked solution that SFT imitates: a prompt, the steps, an answer. Here a small program writes them; for large models people or stronger models do.',
    see: CHAPTER.imitate,
  },
  group: {
    term: 'group',
    meaning:
      'The attempts at one and the same problem, eight as a rule, whose rewards are compared with one another.',
    see: CHAPTER.reward,
  },
  identified: {
    term: 'identified',
    meaning:
      'A ceiling that the data can tell: the curve has bent, and the interval of the ceiling is narrow enough. Where it is not identified, the lab draws the ceiling open, with the reason.',
  },
  interval: {
    term: 'interval',
    meaning:
      'The range in which the true value lies in 90 of 100 cases, given that only so many samples were taken. Four times as many samples make it half as wide.',
    see: CHAPTER.guess,
  },
  kl: {
    term: 'KL',
    meaning:
      'How far the model has moved from another one, usually from where RL began: 0 where both give every token the same probability. Some methods add it to the loss as a leash.',
  },
  level: {
    term: 'level',
    meaning:
      'How hard a problem is. In the arithmetic task level 1 has one operator and level 4 has four; an error at any of them spoils the answer.',
    see: CHAPTER.guess,
  },
  nats: {
    term: 'nats',
    meaning:
      'The unit of a loss measured with natural logarithms. A loss of x nats per token means that the right token gets a probability of e⁻ˣ on (geometric) average: 0.1 nats are 90%, 0.7 are 50%, 2.3 are 10%.',
    see: CHAPTER.phases,
  },
  'p-sft': {
    term: 'P_sft',
    meaning:
      'The performance at the moment of the switch from SFT to RL, measured on the benchmark, in percent.',
  },
  'pass-at-k': {
    term: 'pass@k',
    meaning:
      'How often at least one of k samples is right. It says what a model can do at all, where a single sample says what it does as a rule.',
  },
  performance: {
    term: 'performance',
    meaning: 'The success rate on the benchmark, as the mean over the levels, in percent.',
    see: CHAPTER.guess,
  },
  'pl-rl': {
    term: 'PL_rl',
    meaning:
      'The plasticity: how many points RL can still add after SFT, A_post − P_sft. SFT that goes on too long can raise P_sft and lower PL_rl.',
  },
  policy: {
    term: 'policy',
    meaning:
      'In RL, the model itself: what it writes depends on the probability that it gives to each next token, and RL changes these probabilities.',
  },
  rl: {
    term: 'RL',
    meaning:
      'Reinforcement learning: the model tries problems by itself, each attempt gets a reward, and what earned more than the others of its group is made more likely.',
    see: CHAPTER.reward,
  },
  reward: {
    term: 'verifiable reward',
    meaning:
      'A number that a program gives to an attempt, without a judge: here 1 where the final answer is right and 0 where it is not. How the answer was reached does not count.',
    see: CHAPTER.reward,
  },
  rollout: {
    term: 'rollout',
    meaning:
      'One attempt of the model at a problem: tokens drawn one after the other, up to the end token.',
    see: CHAPTER.guess,
  },
  sft: {
    term: 'SFT',
    meaning:
      'Supervised fine-tuning: the model is shown expert trajectories, and each step of training makes their next tokens a little more likely.',
    see: CHAPTER.imitate,
  },
  'sub-phases': {
    term: 'sub-phases',
    meaning:
      'The four stretches of SFT, read off the validation loss: adaptation while it falls, stable within 2% of its lowest value, then mild and, from 10% above the lowest, severe overfitting.',
    see: CHAPTER.phases,
  },
  'switch-rule': {
    term: 'switch rule',
    meaning:
      'When to turn from SFT to RL: the paper advises the moment at which validation loss is stable or overfitting is still mild.',
    see: CHAPTER.phases,
  },
  temperature: {
    term: 'temperature',
    meaning:
      'How boldly tokens are drawn: at 1 by the model’s own probabilities, below 1 the likely ones more often, at 0 always the likeliest.',
  },
  token: {
    term: 'token',
    meaning:
      'What a model reads and writes one at a time. Here every digit and sign is a token of its own; $ is the end token.',
    see: CHAPTER.imitate,
  },
  trajectory: {
    term: 'trajectory',
    meaning:
      'A prompt with everything that was written after it, token by token, to the end: by an expert or by the model.',
    see: CHAPTER.imitate,
  },
  'validation-loss': {
    term: 'validation loss',
    meaning:
      'How badly the model predicts the tokens of expert trajectories that it never learned from, in nats per token. It rises once the model knows its own trajectories by heart.',
    see: CHAPTER.phases,
  },
  verifier: {
    term: 'verifier',
    meaning:
      'The program that reads an attempt’s answer and says whether it is right. An attempt without a readable answer is wrong.',
    see: CHAPTER.guess,
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type EntryId = keyof typeof GLOSSARY;

/** The entry of an id. */
export function entryOf(id: EntryId): Entry {
  return GLOSSARY[id];
}

/** All entries by their terms, in the order of a dictionary. */
export function entriesInOrder(): readonly { readonly id: EntryId; readonly entry: Entry }[] {
  return (Object.keys(GLOSSARY) as EntryId[])
    .map((id) => ({ id, entry: entryOf(id) }))
    .sort((a, b) => a.entry.term.localeCompare(b.entry.term, 'en'));
}

/** The glossary as docs/glossary.md. */
export function glossaryMarkdown(): string {
  const subscripts = (text: string): string =>
    text.replace(/\b([A-Z]{1,2})_(post|sft|rl|mid)\b/g, '$1<sub>$2</sub>');
  const entries = entriesInOrder().map(({ entry: { term, meaning } }) =>
    subscripts(`**${term}**: ${meaning}`),
  );
  return `${[
    '# Glossary',
    'The lab’s terms, as its pages explain them where they stand. Made from `src/words/en/glossary.ts`: change it there, then run `npm run test:unit -- glossary -u`.',
    ...entries,
  ].join('\n\n')}\n`;
}
