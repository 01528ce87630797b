/**
 * A study as a folder for a trainer of language models: data, reward, configurations, scripts and an order
 * to run them in. Pure: paths and contents come out, whoever asked writes them.
 */
import { LabError } from '../../errors';
import type { StudyConfig } from '../study-config';
import type { SetTables } from '../study-sets';
import branchesSource from './python/branches.py?raw';
import commonSource from './python/common.py?raw';
import curvesSource from './python/curves.py?raw';
import evaluateSource from './python/evaluate.py?raw';
import prepareSource from './python/prepare.py?raw';
import rlSource from './python/rl.py?raw';
import sftSource from './python/sft.py?raw';
import trlSource from './python/trl_common.py?raw';
import { dataPath, measuringData, rlData, sftData } from './data';
import { launchScript } from './launch';
import { isScored, readme, REQUIREMENTS, type Facts } from './readme';
import { chatTemplate, rewardInPython, tokenLimits } from './reward';
import { studyRuns } from './runs';
import { TRAINERS, type Trainer } from './trainers';
import { trlRl, trlSft } from './trl';
import { verlRl, verlSft } from './verl';

export { exportName, TRAINERS, type Trainer } from './trainers';

export interface ExportedFile {
  /** Below the folder of the export. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface ExportOptions {
  readonly trainer: string;
  /** A name on the Hugging Face Hub, or a folder. */
  readonly model: string;
  /** Rows of the library sets that the study names. */
  readonly sets?: SetTables;
}

function trainerNamed(name: string): Trainer {
  const found = TRAINERS.find((trainer) => trainer === name);
  if (found) return found;
  throw new LabError('export/trainer', { trainer: name, known: TRAINERS });
}

/** Of the Hub, or a path: nothing that a shell or YAML could take for something else. */
function checkModel(model: string): void {
  if (!/^[\w./~-][\w./~ -]*$/.test(model)) throw new LabError('export/model', { model });
}

function checkMinibatches({ runs }: Facts): void {
  for (const { settings } of runs.rl) {
    const { promptsPerStep: prompts, minibatches } = settings;
    if (prompts % minibatches !== 0) {
      throw new LabError('export/minibatches', { prompts, minibatches });
    }
  }
}

/**
 * The files of an export, one after another. Throws an error of `export` for a trainer or model that there
 * is none of, a task without a verifier in Python, and minibatches that trainers could not share out.
 * @example for await (const { path, content } of exportStudy(study, { trainer: 'trl', model })) write(path, content);
 */
export async function* exportStudy(
  study: StudyConfig,
  { trainer: name, model, sets = new Map() }: ExportOptions,
): AsyncGenerator<ExportedFile> {
  const trainer = trainerNamed(name);
  checkModel(model);
  const { task } = study.run;
  const reward = rewardInPython(task);
  const facts: Facts = {
    ...{ study, trainer, model },
    runs: studyRuns(study, trainer, sets),
    limits: tokenLimits(task),
  };
  if (facts.runs.order.length === 0) throw new LabError('export/nothing');
  checkMinibatches(facts);
  yield* scripts(facts, reward);
  yield* configurations(facts);
  yield* data(facts);
}

function* scripts(facts: Facts, reward: string): Generator<ExportedFile> {
  const { study, trainer, model, runs } = facts;
  const sources: Readonly<Record<string, string>> = {
    'README.md': readme(facts),
    'launch.sh': launchScript(trainer, runs, model),
    'requirements.txt': `${REQUIREMENTS[trainer].join('\n')}\n`,
    'chat_template.jinja': chatTemplate(study.run.task),
    'plan.json': `${JSON.stringify(planOf(facts), null, 1)}\n`,
    'study.json': `${JSON.stringify(study, null, 2)}\n`,
    'reward.py': reward,
    'common.py': commonSource,
    'prepare.py': prepareSource,
    'branches.py': branchesSource,
    'evaluate.py': evaluateSource,
    'curves.py': curvesSource,
    ...(trainer === 'trl' && {
      'trl_common.py': trlSource,
      'sft.py': sftSource,
      'rl.py': rlSource,
    }),
  };
  for (const [path, content] of Object.entries(sources)) yield { path, content };
}

/** What the scripts read of the study. */
function planOf({ study, trainer, model, runs, limits }: Facts) {
  const { rl, subPhases } = study.run;
  const { minibatches, promptsPerStep } = rl;
  return {
    ...{ trainer, model, subPhases, tokens: limits },
    rl: { minibatches, promptsPerStep, isScored: isScored(trainer, rl) },
    runs: {
      sft: runs.sft.map(({ run, set, size, difficulty, seed, branches, steps }) => {
        const data = dataPath(trainer, 'sft', run);
        return { run, set, size, difficulty, seed, data, branches, steps };
      }),
      rl: runs.rl.map(({ run, curve, sft, branch, paradigm, seed, steps }) => {
        return { run, curve, sft, branch, paradigm, seed, steps };
      }),
    },
  };
}

function* configurations({ trainer, runs, limits }: Facts): Generator<ExportedFile> {
  const isTrl = trainer === 'trl';
  const extension = isTrl ? 'yaml' : 'overrides';
  for (const sft of runs.sft) {
    const content = isTrl ? trlSft(sft, limits) : verlSft(sft, limits);
    yield { path: `config/sft/${sft.run}.${extension}`, content };
  }
  for (const rl of runs.rl) {
    const content = isTrl ? trlRl(rl, limits.completion) : verlRl(rl, limits);
    yield { path: `config/rl/${rl.run}.${extension}`, content };
  }
}

async function* data({ trainer, runs }: Facts): AsyncGenerator<ExportedFile> {
  const { validation, benchmark } = measuringData(runs.order[0]!);
  yield { path: 'data/validation.jsonl', content: validation };
  yield { path: 'data/benchmark.jsonl', content: benchmark };
  for (const sft of runs.sft) {
    yield { path: dataPath(trainer, 'sft', sft.run), content: await sftData(trainer, sft) };
  }
  const prompts = new Map(runs.rl.map((run) => [run.prompts, run]));
  for (const [name, run] of prompts) {
    yield { path: dataPath(trainer, 'rl', name), content: await rlData(trainer, run) };
  }
}
