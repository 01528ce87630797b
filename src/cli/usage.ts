/** The terminal's words: what it can do, and the error for what it cannot. */

/** A command line that cannot be carried out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Plasticity Lab in a terminal

  npm run -s lab -- run PRESET [options]     SFT, then RL: prints P_sft + PL_rl = A_post
      --seed N           integer from 0 (default 0)
      --engine NAME      auto, webgpu, webgpu:f16, wasm, tfjs, tfjs:wasm or tfjs:cpu
                         (default auto)
      --paradigm NAME    how it learns, with the compute of all paradigms: see \`paradigms\`
      --set NAME         trajectory set (default: the preset's own)
      --switch WHEN      stable, mild, severe, end, or an SFT step (default: the preset's)
      --rl-steps N       RL steps (default: the preset's)
      --samples N        benchmark samples a problem at base, branch point and end (default: the preset's)
      --json             print the summary as one line of JSON
  npm run -s lab -- paradigms PRESET [options]
                                             all paradigms at equal compute: prints a table
      --only NAMES       some of them, separated by commas (default: all)
      --seeds N,N        seeds, separated by commas (default 0)
      --budget FLOPS     compute of a run, SFT and RL together (default: the preset's)
      --engine NAME      as above
      --out DIR          keep work, results, figures, the table and a bundle there, as \`study\` does:
                         with the same DIR it goes on where it was stopped or killed
      --json             print the table's rows as JSON
  npm run -s lab -- study PRESET|FILE.json --out DIR [options]
                                             a whole study: results, figures, findings, bundle
      presets: scale-difficulty, talk, micro, laptop, when-to-switch, paradigms, indicator
      --workers N        cells at a time (default: as many as there are cores)
      --seeds N,N        seeds instead of the study's own
      --engine NAME      as above
      --print            print the study as JSON, to edit it, and run nothing
      --report           write figures and findings of what is done, and run nothing
      --yes              start also where the study is very large
      with the same DIR it goes on where it was stopped or killed; seeds may be added
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
  npm run -s lab -- fit FILE [options]       ceilings of RL curves from a CSV or JSONL file
      columns run, compute, performance (percent); the row with compute 0 is P_sft;
      n_problems and seed where known: the seeds of a run are fitted together
      --columns MAP      names of the columns, such as compute=flops,performance=eval/acc
      --fractions        performance is a share from 0 to 1
      --seed N           of the bootstrap (default 0)
      --json             print the fits as a JSON array
  npm run -s lab -- help

Progress goes to stderr, results to stdout.`;

/** Reads an integer option; throws {@link UsageError} naming the option, the value and the limit. */
export function integerOption(name: string, text: string, least = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} is "${text}"; it must be an integer from ${least} on.`);
}
