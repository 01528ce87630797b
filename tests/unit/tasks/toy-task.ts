/** A task that the lab does not have, in one file: to write a word backwards. */
import * as v from 'valibot';
import { Tokenizer } from '../../../src/model/tokenizer';
import { FAULTLESS, type Problem, type Task, type TaskEntry } from '../../../src/tasks';
import { drawInPart } from '../../../src/tasks/parts';

const toySettings = v.object({
  kind: v.literal('toy'),
  lettersPerLevel: v.pipe(v.array(v.number()), v.readonly()),
});
type ToySettings = Readonly<v.InferOutput<typeof toySettings>>;

const LETTERS = [...'abcdefgh'];

function toyTask({ lettersPerLevel }: ToySettings): Task {
  const tokenizer = new Tokenizer([...LETTERS, '>', '$', '_']);
  const [stopToken, padToken] = [tokenizer.id('$'), tokenizer.id('_')];
  const longest = Math.max(...lettersPerLevel);
  const read = (prompt: string): Problem => ({
    level: lettersPerLevel.indexOf(prompt.length - 1),
    prompt,
    answer: [...prompt.slice(0, -1)].reverse().join(''),
  });
  return {
    name: 'Words backwards',
    tokenizer,
    levels: lettersPerLevel.map((letters) => `${letters} letters`),
    promptLength: longest + 1,
    completionLength: longest + 1,
    stopToken,
    padToken,
    heldOut: null,
    draw: (random, level, part) =>
      drawInPart(part, () => {
        const letters = Array.from(
          { length: lettersPerLevel[level]! },
          () => LETTERS[random.integer(LETTERS.length)]!,
        );
        return read(`${letters.join('')}>`);
      }),
    read,
    splitText: (text) => {
      const end = text.indexOf('>') + 1;
      return { prompt: text.slice(0, end), completion: text.slice(end) };
    },
    padPrompt: (ids) => [...Array<number>(longest + 1 - ids.length).fill(padToken), ...ids],
    solve: ({ answer }) => `${answer}$`,
    verify: (answer, completion) => {
      const end = Array.from(completion).indexOf(stopToken);
      const given = end < 0 ? null : tokenizer.decode(Array.from(completion).slice(0, end));
      return { correct: given === answer, wellFormed: end >= 0, answer: given };
    },
  };
}

const EVEN = [1, 1];

export const TOY: TaskEntry<ToySettings> = {
  kind: 'toy',
  settings: toySettings,
  create: toyTask,
  levelCount: ({ lettersPerLevel }) => lettersPerLevel.length,
  expert: { faults: [], note: 'It makes no mistakes.' },
  presets: [
    {
      name: 'toy',
      title: 'Toy',
      description: 'Words of two and three letters, written backwards.',
      task: { kind: 'toy', lettersPerLevel: [2, 3] },
      model: { layers: 1, dModel: 16, heads: 2 },
      sets: [
        { name: 'words', size: 40, levels: EVEN, expert: FAULTLESS },
        { name: 'long', size: 40, levels: [0, 1], expert: FAULTLESS },
      ],
      base: {
        seed: 0,
        documents: 100,
        levels: EVEN,
        expert: FAULTLESS,
        steps: 10,
        batchSize: 8,
        learningRate: 1e-3,
        warmupSteps: 2,
      },
      budget: 1e9,
      run: {
        sft: { steps: 12, evaluations: 3 },
        rl: { steps: 3, promptsPerStep: 2, maxRounds: 1, evaluateEvery: 1 },
        evaluation: { problemsPerLevel: 10, samples: 1, validationSize: 8 },
      },
    },
  ],
  variants: [],
};
