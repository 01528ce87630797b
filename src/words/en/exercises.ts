/**
 * Exercises with solutions. Every number was measured by the command that stands beside it, on the engine
 * `wasm`, whose numbers are the same on every machine: 4,000 samples, a standard error of 0.3 to 0.7 points.
 */

export interface Exercise {
  readonly title: string;
  /** What to do, and what to say in the end. */
  readonly task: string;
  /** Of the terminal; SEED stands for a seed. */
  readonly commands: readonly string[];
  /** The same in the run page, by the query of its link, seed 0. */
  readonly links: readonly { readonly query: string; readonly name: string }[];
  readonly solution: {
    /** The first row heads the columns. */
    readonly table: readonly (readonly string[])[];
    readonly text: string;
  };
}

export const EXERCISES: readonly Exercise[] = [
  {
    title: 'Another seed',
    task: 'Run the preset micro with the seeds 0 and 1. The lab says another thing of the ceiling each time. What does it say, and which level makes the difference?',
    commands: ['npm run -s lab -- run micro --seed SEED --engine wasm'],
    links: [
      { query: 'preset=micro&engine=wasm', name: 'seed 0' },
      { query: 'preset=micro&engine=wasm&seed=1', name: 'seed 1' },
    ],
    solution: {
      table: [
        ['seed', 'P_sft', 'after RL', 'A_post'],
        ['0', '73.1', '95.1', '97.8 (94.8–100), identified'],
        ['1', '74.8', '87.9', 'at least 88.0'],
      ],
      text: 'With seed 0 RL learned the fourth level, and the curve bent below 100. With seed 1 level 4 was still rising when RL ended, and may add up to 12 points: the ceiling is known from below alone. One run is one throw of the dice; to compare two settings, take several seeds of each.',
    },
  },
  {
    title: 'Early, in time, late',
    task: 'Learn from the sixty trajectories of the set tiny and switch to RL at step 10, by the rule, and at the end of SFT. How much does the switch change before RL, and how much of it is left after RL?',
    commands: [
      'npm run -s lab -- run micro --set tiny --switch 10 --seed SEED --engine wasm',
      'npm run -s lab -- run micro --set tiny --seed SEED --engine wasm',
      'npm run -s lab -- run micro --set tiny --switch end --seed SEED --engine wasm',
    ],
    links: [
      { query: 'preset=micro&set=tiny&engine=wasm&switch=10', name: 'early' },
      { query: 'preset=micro&set=tiny&engine=wasm', name: 'by the rule' },
      { query: 'preset=micro&set=tiny&engine=wasm&switch=end', name: 'late' },
    ],
    solution: {
      table: [
        ['switch', 'at step', 'P_sft, seeds 0 / 1', 'after RL, seeds 0 / 1'],
        ['early', '10, adaptation', '56.0 / 56.7', '81.7 / 81.3'],
        ['by the rule', '71, mild', '54.6 / 58.9', '81.7 / 80.9'],
        ['late', '1000, severe', '45.3 / 57.4', '80.3 / 79.9'],
      ],
      text: 'The late switch ends one to one and a half points lower with both seeds, at nearly twice the compute. Before RL the switches differ by up to eleven points; RL gives most of that back. All six end near 81, since level 4 has not begun in any of them: sixty trajectories set a limit that no switch lifts.',
    },
  },
  {
    title: 'Easy or hard trajectories',
    task: 'Compare the sets easy (no problem with four operators) and hard (mostly three and four). Which has the higher P_sft, and which ends higher?',
    commands: [
      'npm run -s lab -- run micro --set easy --seed SEED --engine wasm',
      'npm run -s lab -- run micro --set hard --seed SEED --engine wasm',
    ],
    links: [
      { query: 'preset=micro&set=easy&engine=wasm', name: 'easy' },
      { query: 'preset=micro&set=hard&engine=wasm', name: 'hard' },
    ],
    solution: {
      table: [
        ['set', 'lowest validation loss', 'P_sft, seeds 0 / 1', 'after RL, seeds 0 / 1'],
        ['easy', '1.01 / 1.09', '64.6 / 58.1', '82.2 / 81.6'],
        ['hard', '0.20 / 0.16', '60.6 / 72.0', '87.4 / 89.3'],
      ],
      text: 'P_sft does not decide it: with seed 0 easy is ahead at the switch, with seed 1 hard is. After RL hard is five and eight points ahead. It has shown the model the fourth level, and RL can only make more likely what happens now and then. The validation loss knew it before RL.',
    },
  },
  {
    title: 'No expert at all',
    task: 'Leave SFT out: switch at step 0. How much does RL gain, and where does it end, compared with exercise 1?',
    commands: ['npm run -s lab -- run micro --switch 0 --seed SEED --engine wasm'],
    links: [{ query: 'preset=micro&engine=wasm&switch=0', name: 'RL from the base' }],
    solution: {
      table: [
        ['', 'P_sft, seeds 0 / 1', 'after RL, seeds 0 / 1', 'gain of RL'],
        ['RL alone', '53.4 / 53.3', '80.8 / 81.6', '27.4 / 28.3'],
        ['SFT, then RL', '73.1 / 74.8', '95.1 / 87.9', '22.0 / 13.1'],
      ],
      text: 'RL alone gains the most and ends the lowest. Of the problems with four operators the base gets 2% right, so that nearly always all eight attempts fail, their advantages are 0, and nothing is learned. SFT costs plasticity in points and yet lifts the ceiling.',
    },
  },
  {
    title: 'Two attempts instead of eight',
    task: 'Let RL compare 2 attempts at each of 48 problems instead of 8 at each of 12: as many rollouts a round. Does it end higher or lower? How sure are you?',
    commands: [
      'npm run -s lab -- run micro --set rl.groupSize=2 --set rl.promptsPerStep=48 --seed SEED --engine wasm',
    ],
    links: [
      {
        query: 'preset=micro&engine=wasm&rl.promptsPerStep=48&rl.groupSize=2',
        name: 'groups of two',
      },
    ],
    solution: {
      table: [
        ['group', 'after RL, seeds 0 / 1', 'compute, GFLOPs'],
        ['8 attempts', '95.1 / 87.9', '88 / 86'],
        ['2 attempts', '95.5 / 87.1', '74 / 73'],
      ],
      text: 'Half a point up with one seed, most of a point down with the other, where the two seeds differ by eight: these runs cannot tell. That is the answer, and a common one. What can be said: groups of two cost a sixth less compute here. To know more, take more seeds, for instance as a study.',
    },
  },
];
