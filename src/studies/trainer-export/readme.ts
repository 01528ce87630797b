/** README.md of an export: what to install, what runs in which order, what it costs, what differs. */
import { counted } from '../../words/en/counted';
import type { StudyConfig } from '../study-config';
import type { StudyRuns } from './runs';
import type { Trainer } from './trainers';

export interface Facts {
  readonly study: StudyConfig;
  readonly trainer: Trainer;
  readonly model: string;
  readonly runs: StudyRuns;
  /** Most tokens of a prompt and of a completion. */
  readonly limits: { readonly prompt: number; readonly completion: number };
}

/** Pinned: the releases whose keys were read (keys.ts), and what they ask for. */
export const REQUIREMENTS: Readonly<Record<Trainer, readonly string[]>> = {
  trl: ['trl==1.9.0', 'transformers==5.5.3', 'datasets==4.7.0', 'pyyaml==6.0.3'],
  // verl takes transformers from 5.5.3 up to 5.10 and vLLM from 0.18; TransferQueue and orjson it imports unasked.
  verl: [
    ...['verl==0.9.0', 'vllm==0.24.0', 'transformers==5.5.3', 'TransferQueue==0.1.8'],
    'orjson==3.13.0',
  ],
};

/** FLOPs at so many parameters, without attention: 2N a token and forward pass. */
export interface ExpectedCompute {
  readonly sftTokens: number;
  readonly rlTokens: number;
  /** FLOPs per parameter. */
  readonly perParameter: number;
}

/** What the runs cost at most: completions as long as they may be. */
export function expectedCompute({ runs, limits, trainer }: Facts): ExpectedCompute {
  const longest = limits.prompt + limits.completion;
  let [sftTokens, rlTokens, passes] = [0, 0, 0];
  for (const { config } of runs.sft) sftTokens += config.sft.steps * config.sft.batchSize * longest;
  for (const { settings: rl } of runs.rl) {
    const tokens = rl.steps * rl.promptsPerStep * rl.groupSize * longest;
    rlTokens += tokens;
    passes += tokens * (isScored(trainer, rl) ? 5 : 4);
  }
  return { sftTokens, rlTokens, perParameter: 2 * (3 * sftTokens + passes) };
}

/** Whether the policy before a step scores its rollouts once more: TRL does where several updates follow. */
export function isScored(trainer: Trainer, { minibatches }: { minibatches: number }): boolean {
  return trainer === 'verl' || minibatches > 1;
}

/** Of a name such as Qwen2.5-0.5B; null where it says nothing. */
function parametersIn(model: string): number | null {
  const found = /(?:^|[^\d.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z])/i.exec(model);
  return found && Number(found[1]) * (found[2]!.toLowerCase() === 'b' ? 1e9 : 1e6);
}

function costLines(facts: Facts): string[] {
  const { sftTokens, rlTokens, perParameter } = expectedCompute(facts);
  const parameters = parametersIn(facts.model);
  const { sft, rl } = facts.runs;
  const flops =
    parameters === null
      ? `${perParameter.toExponential(2)} FLOPs for each parameter of the model`
      : `${(perParameter * parameters).toExponential(2)} FLOPs at the ${parameters.toExponential(1)} parameters in the model’s name`;
  const branches = sft.reduce((sum, run) => sum + run.branches.length, 0);
  const most = branches + Math.max(0, ...sft.map(({ steps }) => steps.length - 1));
  const disk = parameters === null ? '' : `, ${Math.ceil((most * 4 * parameters) / 1e9)} GB`;
  return [
    `- ${counted(sft.length, 'run')} of SFT, at most ${sftTokens.toExponential(2)} tokens; ${counted(rl.length, 'run')} of RL, at most ${rlTokens.toExponential(2)} tokens.`,
    `- At most ${flops}: three forward passes for training, one for sampling${isScored(facts.trainer, facts.study.run.rl) ? ', one for scoring' : ''}, 2 FLOPs per parameter and token. Evaluation is not counted. Prompts and completions are counted as long as they may be (${facts.limits.prompt} and ${facts.limits.completion} tokens); most are a good deal shorter. evaluate.py counts the tokens that were read.`,
    `- At most ${counted(most, 'checkpoint')} on disk at a time${disk} (4 bytes a parameter): branch points, and the evaluations of one run until they are measured. KEEP=1 keeps all.`,
  ];
}

type Difference = readonly [is: boolean, sentence: string];

/** What the study says and the trainer does not do. */
export function differences(facts: Facts): string[] {
  return [...differencesOfTraining(facts), ...differencesOfStudy(facts)]
    .filter(([is]) => is)
    .map(([, sentence]) => `- ${sentence}`);
}

function differencesOfTraining({ study, trainer }: Facts): Difference[] {
  const { sft, rl, restore } = study.run;
  const isVerl = trainer === 'verl';
  const isConstant = sft.schedule === 'constant' && rl.schedule === 'constant';
  const rounds = counted(rl.maxRounds, 'round');
  const dropping = isVerl
    ? `verl draws new groups for those that agree until there are enough, however long that takes; the lab stops after ${rounds}. RL from the base keeps them.`
    : 'TRL draws no new groups for those that agree (DAPO’s dynamic sampling); their advantage is 0.';
  return [
    [
      true,
      'Learning rates are those of language models: 1e-5 in SFT, 1e-6 in RL. They are in the configurations.',
    ],
    [rl.dropUniformGroups, dropping],
    [!isConstant, 'Learning rates stay constant after their warm-up; the study lets them fall.'],
    [
      sft.curriculum !== 'none',
      'SFT reads the whole set from the first step on; the study has a curriculum.',
    ],
    [
      restore > 0,
      `RL begins with the weights of SFT; the study moves them ${100 * restore}% towards the base.`,
    ],
    [
      rl.until !== 'steps',
      'RL goes on to its last step; the study ends it once its ceiling is identified.',
    ],
    [rl.overlongBuffer !== null, 'There is no penalty on overlong completions.'],
    [
      rl.baseline !== 'grpo' && rl.baseline !== 'dr-grpo',
      `The advantage is that of GRPO; the study has ${rl.baseline}.`,
    ],
    [
      rl.deviation !== 'unbiased',
      'The advantage divides by the unbiased standard deviation; the study by that of the population.',
    ],
    [
      isVerl && rl.aggregation === 'micro-batch',
      'The loss is averaged over the tokens of the minibatch, not of each micro-batch.',
    ],
  ];
}

function differencesOfStudy({ study, trainer, runs }: Facts): Difference[] {
  const { evaluation, computeBudget } = study.run;
  const name = trainer === 'trl' ? 'TRL' : 'verl';
  return [
    [
      true,
      `Benchmarks are answered greedily; the lab samples at temperature ${evaluation.temperature}.`,
    ],
    [
      trainer === 'verl',
      'verl keeps checkpoints of SFT at even distances, where the lab has them evenly in the logarithm of the step.',
    ],
    [
      computeBudget !== null,
      'RL takes all of its steps; the study ends it at a budget in FLOPs of the lab’s model.',
    ],
    [
      study.branches.some(({ at }) => at === 'compute'),
      'Branch points at a compute of the lab’s model became the steps at which that was used up.',
    ],
    [evaluation.heldOutPerLevel > 0, 'Held-out problems are not measured.'],
    [study.furtherRl !== null, 'Cells get no further RL.'],
    [
      runs.leftOut.length > 0,
      `Paradigms that ${name} has no trainer for are left out: ${runs.leftOut.join(', ')}.`,
    ],
  ];
}

const INSTALL: Readonly<Record<Trainer, string>> = {
  trl: 'python3 -m venv .venv && . .venv/bin/activate\npip install -r requirements.txt',
  verl: 'python3 -m venv .venv && . .venv/bin/activate\npip install -r requirements.txt',
};

const NOTES: Readonly<Record<Trainer, string>> = {
  trl: 'TRL and verl want different transformers: give each an environment of its own.',
  verl: 'TRL and verl want different transformers: give each an environment of its own. Where pip finds vLLM and transformers 5.5.3 in conflict, install transformers and TransferQueue afterwards with `--no-deps`, as verl’s own CI does. verl needs a GPU.',
};

export function readme(facts: Facts): string {
  const { study, trainer, model, runs } = facts;
  const name = trainer === 'trl' ? 'TRL 1.9.0' : 'verl 0.9.0';
  return `# ${study.title}: ${model} with ${name}

The study \`${study.name}\` of Plasticity Lab for a language model: SFT on each of its sets, RL from each of its
branch points, one benchmark for all.

\`\`\`sh
${INSTALL[trainer]}
bash launch.sh --dry-run   # the plan; needs nothing installed
bash launch.sh             # all of it; GPUS=4 for four GPUs
\`\`\`

${NOTES[trainer]}

## What it costs

${costLines(facts).join('\n')}

## What is where

| file | what it is |
| --- | --- |
| \`launch.sh\` | every run in its order, once; a run that broke off begins anew |
| \`config/\` | a file for each of the ${counted(runs.sft.length + runs.rl.length, 'run')}, with every default that moved between releases |
| \`data/\` | sets and prompts as the trainer reads them; \`benchmark.jsonl\` and \`validation.jsonl\` measure all runs |
| \`reward.py\` | the lab’s verifier in Python; \`python3 reward.py < pairs.jsonl\` tries it |
| \`chat_template.jinja\` | the plain form of prompts and completions, in SFT, RL and evaluation alike |
| \`prepare.py\` | fetches the model and checks that every row fits its tokenizer |
| \`branches.py\` | chooses the branch points of an SFT run by its validation loss, as the lab does |
| \`evaluate.py\` | measures checkpoints greedily and counts tokens |
| \`curves.py\` | gathers all measurements in \`curves.csv\` |
| \`plan.json\`, \`study.json\` | what the scripts read; the study itself |

Figures and ceilings of what is done so far, beside the lab’s own: \`lab fit . --out figures\` in this folder, or
\`curves.csv\` dropped on the page *Ceilings*.

## What differs from the lab

${differences(facts).join('\n')}
`;
}
