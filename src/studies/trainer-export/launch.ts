/** launch.sh: every run in its order, once; what is done is passed over, what broke off begins anew. */
import type { RlExport, SftExport, StudyRuns } from './runs';
import type { Trainer } from './trainers';

/** What differs between the trainers: how a stage is trained. */
const TRAIN: Readonly<Record<Trainer, string>> = {
  trl: `train_sft() {
  torchrun --standalone --nproc_per_node "$GPUS" sft.py "config/sft/$1.yaml"
}
train_rl() {
  torchrun --standalone --nproc_per_node "$GPUS" rl.py "config/rl/$1.yaml" "$2"
}`,
  verl: `overrides() { # FILE MODEL: the overrides of a file, in the array ARGUMENTS
  ARGUMENTS=()
  local line
  while IFS= read -r line; do
    case $line in '' | '#'*) continue ;; esac
    line=\${line//@ROOT@/$ROOT}
    line=\${line//@MODEL@/$2}
    ARGUMENTS+=("\${line//"'@GPUS@'"/$GPUS}")
  done <"$1"
}
train_sft() {
  overrides "config/sft/$1.overrides" "$ROOT/models/base"
  VERL_FILE_LOGGER_PATH="$ROOT/runs/sft/$1/log.jsonl" \\
    torchrun --standalone --nproc_per_node "$GPUS" -m verl.trainer.sft_trainer "\${ARGUMENTS[@]}"
}
train_rl() {
  overrides "config/rl/$1.overrides" "$2"
  VERL_FILE_LOGGER_PATH="$ROOT/runs/rl/$1/log.jsonl" \\
    python3 -m verl.trainer.main_ppo "\${ARGUMENTS[@]}"
}`,
};

const HEAD = `#!/usr/bin/env bash
# Trains and measures the whole study, in an order in which its picture forms early.
#
#   bash launch.sh --dry-run    prints the plan; needs nothing installed
#   GPUS=4 bash launch.sh       trains on four GPUs of this machine (default 1)
#   KEEP=1 bash launch.sh       keeps the weights of every evaluation, not of branch points alone
#
# A run that is done is passed over; one that broke off begins anew.
set -euo pipefail
cd "$(dirname "\${BASH_SOURCE[0]}")"
ROOT=$PWD
GPUS=\${GPUS:-1}
KEEP=\${KEEP:-0}
DRY=0
case \${1:-} in
  '') ;;
  --dry-run) DRY=1 ;;
  *)
    echo "launch.sh takes --dry-run or nothing; it was given $1." >&2
    exit 2
    ;;
esac
`;

const JOBS = `
job() { # NAME "WHAT IT DOES" COMMAND…
  local name=$1 what=$2 mark=runs/done/$1
  shift 2
  if [ -e "$mark" ]; then
    echo "done  $name"
    return
  fi
  echo "run   $name: $what"
  if [ "$DRY" = 1 ]; then return; fi
  "$@"
  mkdir -p "$(dirname "$mark")"
  : >"$mark"
}
sft() { # RUN
  rm -rf "runs/sft/$1"
  mkdir -p "runs/sft/$1"
  train_sft "$1"
  python3 evaluate.py sft "$1"
  if [ "$KEEP" = 1 ]; then python3 branches.py "$1"; else python3 branches.py "$1" --delete; fi
}
rl() { # RUN [SFT_RUN BRANCH]
  local model=$ROOT/models/base code=0
  if [ $# -gt 1 ]; then
    model=$(python3 branches.py "$2" "$3") || code=$?
    if [ "$code" = 3 ]; then return; fi
    if [ "$code" != 0 ]; then exit "$code"; fi
  fi
  rm -rf "runs/rl/$1"
  mkdir -p "runs/rl/$1"
  train_rl "$1" "$model"
  if [ "$KEEP" = 1 ]; then python3 evaluate.py rl "$1"; else python3 evaluate.py rl "$1" --delete; fi
}
`;

/** A word of bash, whatever it holds. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function jobOf(run: SftExport | RlExport): string {
  if ('difficulty' in run) {
    const what = `SFT on ${run.size} trajectories of "${run.set}", ${run.config.sft.steps} steps, ${run.steps.length} evaluations`;
    return `job sft/${run.run} ${quoted(what)} sft ${run.run}`;
  }
  const { steps, promptsPerStep, groupSize } = run.settings;
  const from = run.sft === null ? 'the base' : `"${run.branch!}" of sft/${run.sft}`;
  const what = `RL from ${from}, ${steps} steps of ${promptsPerStep} × ${groupSize} completions`;
  const branch = run.sft === null ? '' : ` ${run.sft} ${quoted(run.branch!)}`;
  return `job rl/${run.run} ${quoted(what)} rl ${run.run}${branch}`;
}

export function launchScript(
  trainer: Trainer,
  { order }: Pick<StudyRuns, 'order'>,
  model: string,
): string {
  const jobs = [
    `job prepare ${quoted(`fetches ${model} and checks that every row fits`)} python3 prepare.py`,
    ...order.map(jobOf),
  ];
  const end =
    'if [ "$DRY" = 0 ]; then python3 curves.py; else echo "then  curves.csv, for lab fit"; fi';
  return `${HEAD}\n${TRAIN[trainer]}\n${JOBS}\n${jobs.join('\n')}\n${end}\n`;
}
