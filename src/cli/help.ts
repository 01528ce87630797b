/** What the terminal can do, in words; what settings may be is told by their descriptions. */
import { SHARED_SETTINGS } from '../studies/study-settings';
import { SETTINGS, type Setting } from '../training/configuration/settings';
import { lowerFirst } from '../settings/words';
import { withOptions } from './setting-options';

/** Where the explanations of options begin, and the longest line. */
const INDENT = 25;
const WIDTH = 100;

function optionLines(settings: readonly Setting[]): string {
  return withOptions(settings)
    .map(({ flag, label, allowed, ...setting }) => {
      const head = `      --${flag} ${'range' in setting ? 'N' : 'VALUE'}`.padEnd(INDENT - 1);
      return `${head} ${wrapped(`${lowerFirst(label)}: ${allowed}`)}`;
    })
    .join('\n');
}

function wrapped(text: string, indent = INDENT): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)!} ${word}`.trim();
    if (longer.length <= WIDTH - indent) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

function sharedOptions(): string {
  const names = withOptions(SHARED_SETTINGS).map(({ flag }) => `--${flag}`);
  return wrapped(`and, as in \`run\`, what is the same in all cells: ${names.join(', ')}`, 6);
}

export const USAGE = `Plasticity Lab in a terminal

  npm run -s lab -- run PRESET [options]     SFT, then RL: prints P_sft + PL_rl = A_post
${optionLines(SETTINGS)}
      --paradigm NAME    how it learns, with the compute of all paradigms: see \`paradigms\`
      --threads N        of the engine wasm (default: half of the cores, both of two); the numbers are
                         the same for any N
      --set NAME         trajectory set
      --set PATH=VALUE   any setting of the configuration, such as rl.learningRate=3e-4 or
                         rl.levels=[0,1,1,2]; several times for several settings
                         (what is not set is as the preset has it)
      --json             print the summary as one line of JSON
  npm run -s lab -- paradigms PRESET [options]
                                             all paradigms at equal compute: prints a table
      --only NAMES       some of them, separated by commas (default: all)
      --seeds N,N        seeds, separated by commas (default 0)
      --sweep F,F,F      learning rates of each: run with these factors on seeds of their own, and
                         then in the table with the best, such as 0.5,1,2
      --sweep-seeds N,N  those seeds (default 1000,1001)
      --budget FLOPS     compute of a run, SFT and RL together (default: the preset's)
      --engine NAME      as above
      --out DIR          keep work, results, figures, the table and a bundle there, as \`study\` does:
                         with the same DIR it goes on where it was stopped or killed
      --json             print the table's rows as JSON
  npm run -s lab -- study PRESET|FILE.json --out DIR [options]
                                             a whole study: results, figures, findings, bundle
      presets: see below
      --workers N        cells at a time (default: as many as there are cores)
      --seeds N,N        seeds instead of the study's own
      --set PATH=VALUE   any setting of the study, such as run.rl.learningRate=3e-4
      ${sharedOptions()}
      --print            print the study as JSON, to edit it, and run nothing
      --report           write figures and findings of what is done, and run nothing
      --yes              start also where the study is very large
      with the same DIR it goes on where it was stopped or killed; seeds may be added
      --queue ADDRESS    hand the jobs to workers, on any number of machines: see docs/cluster.md;
                         embedded[:PORT] (in DIR, for this machine and tunnels), redis://HOST,
                         rediss://HOST (with TLS), postgres://HOST/DATABASE
      --files DIR        where larger data travels; all machines share it (default: in --out)
      --clear            throw away what another study left in the queue
  npm run -s lab -- worker --queue ADDRESS [options]
                                             trains what studies with this --queue hand out
      --workers N        jobs at a time (default: as many as there are cores)
      --engine NAME      for studies that leave the engine to the device
      --files DIR        the study's --files, as this machine calls it
      --idle SECONDS     ends after so long without a job (default: never)
  npm run -s lab -- base PRESET [--out FILE] pre-train the preset's base model from its seed
  npm run -s lab -- device [--json]          what the GPU is, and its test against the CPU
      --endurance N      instead: whether memory grows in N training steps
  npm run -s lab -- bench [options]          the engines side by side, as ratios
      --models LIST      0.1M, 0.8M, 5M or several with commas (default all)
      --rounds N         rounds of which medians are taken (default 5)
      --device NAME      own, null (the CPU's share of WebGPU alone) or both (default both)
      --budget SECONDS   for one engine on one model; beyond it is skipped (default 30)
      --csv              print a line for each engine and model
      --markdown         print the tables of the README
      --json             print the numbers as one line of JSON
  npm run -s lab -- fit FILE|DIR [options]   ceilings of RL curves from a trainer's log or a spreadsheet
      of a folder: its curves.csv, or all logs in it together;
      columns are guessed, and named by --columns; the lab's own are
      run, compute, performance (percent); the row with compute 0 is P_sft;
      n_problems and seed where known: the seeds of a run are fitted together;
      level, with successes and samples: a row for each level of the benchmark;
      set, set_size, difficulty, branch, sft_compute, min_val_loss, paradigm: a whole
      study of yours, with its peaks, findings and figures
      --columns MAP      names of the columns, such as compute=flops,performance=eval/acc
      --fractions        performance is a share from 0 to 1 (--percent: it is none)
      --p-sft VALUE|FILE P_sft where no row has compute 0: percent, or a file with its evaluations
      --p-sft-first      the first evaluation is P_sft; compute counts from there
      --decimal SIGN     point or comma, where numbers may be read in two ways
      --chance SHARE     right answers by guessing, where there are levels (default: estimated)
      --out DIR          write the figures and findings of a study
      --seed N           of the bootstrap (default 0)
      --json             print the fits as a JSON array; of a study, an object with runs, peaks, findings
  npm run -s lab -- import FILE [options]    trajectories of any shape: what the file is, what is kept, and why not
      JSONL, JSON, CSV, Parquet, Python's dicts; gzip and zstd; GSM8K, alpaca, ShareGPT, messages,
      DPO, verl's and other shapes are known by their columns
      --map FIELDS       which columns they are, such as prompt=instruction+input,answer=none; fields
                         are prompt, completion, messages, text, answer and level, columns may be
                         paths such as reward_model.ground_truth or generations.0
      --answer RULE      how an answer is read: last-number, boxed, exact, marker:TEXT, pattern:EXPRESSION
      --tolerance N      answers are numbers that may differ by N
      --prompt-end TEXT  with what the prompt ends in rows of one text
      --task NAME        a preset's task, or own (default: what the first rows are)
      --out FILE         write the rows that are kept as JSONL
      --json             print shape, fields, counts and reasons as one line of JSON
  npm run -s lab -- backtest DIR|BUNDLE.zip [options]
                                             did a study's ceilings come true? Each curve is fitted on its
                                             first part and compared with its end
      --at SHARES        parts of the evaluations that are fitted (default 0.5,0.67)
      --seed N           of the draws (default 0)
      --json             print a row for each cell as a JSON array
  npm run -s lab -- export PRESET|FILE.json --for trl|verl --model NAME --out DIR [options]
                                             a study for a real language model: data, reward, configurations
                                             and scripts for TRL 1.9 or verl 0.9 (docs/language-model.md)
      --model NAME       on the Hugging Face Hub or a folder, such as Qwen/Qwen2.5-0.5B
      --seeds, --set …   as in \`study\`
  npm run -s lab -- refit BUNDLE.zip         a study's figures and fits anew, with the theory of today
  npm run -s lab -- help

Progress goes to stderr, results to stdout.`;
