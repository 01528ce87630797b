"""What the scripts share: the plan of the study, where runs lie, how many tokens a run has read."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def plan():
    return json.loads((ROOT / "plan.json").read_text(encoding="utf-8"))


def folder(stage, run):
    return ROOT / "runs" / stage / run


def read_rows(path):
    """Rows of JSONL, or of Parquet as verl reads it."""
    if Path(path).suffix == ".parquet":
        import pyarrow.parquet

        return pyarrow.parquet.read_table(path).to_pylist()
    lines = Path(path).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def base():
    return ROOT / "models" / "base"


def checkpoint(stage, run, step):
    """The folder of a checkpoint's weights in Hugging Face's format."""
    if step == 0:
        return base()
    if plan()["trainer"] == "trl":
        return folder(stage, run) / f"checkpoint-{step * updates_per_step(stage)}"
    inner = "huggingface" if stage == "sft" else "actor/huggingface"
    return folder(stage, run) / f"global_step_{step}" / inner


def updates_per_step(stage):
    """TRL counts updates, of which a step of RL makes as many as it has minibatches."""
    return plan()["rl"]["minibatches"] if stage == "rl" else 1


def tokens_read(stage, run, step):
    """Tokens up to a step, prompts included: those that were sampled, and those that were trained on."""
    if step == 0:
        return {"sampled": 0, "trained": 0}
    if plan()["trainer"] == "trl":
        state = json.loads((checkpoint(stage, run, step) / "trainer_state.json").read_text())
        counts = [row["num_tokens"] for row in state["log_history"] if "num_tokens" in row]
        return {"sampled": counts[-1] if stage == "rl" else 0, "trained": counts[-1]}
    trained = sampled = 0
    for row in read_rows(folder(stage, run) / "log.jsonl"):
        if row["step"] > step:
            break
        data = row["data"]
        if stage == "sft":
            trained += data.get("train/global_tokens", 0)
            continue
        tokens = data.get("perf/total_num_tokens", 0)
        trained += tokens
        # Groups that were thrown away cost their sampling too; they are as long as the others.
        dropped = sum(
            data.get(f"training/filter_groups/{kind}_samples", 0)
            for kind in ("evicted", "discarded_surplus")
        )
        sampled += tokens * (1 + dropped / plan()["rl"]["promptsPerStep"])
    return {"sampled": sampled, "trained": trained}


def flops(stage, tokens, per_token):
    """The lab's rule: sampling and scoring cost a forward pass each, training three."""
    scored = tokens["trained"] if stage == "rl" and plan()["rl"]["isScored"] else 0
    return (tokens["sampled"] + scored + 3 * tokens["trained"]) * per_token


def precision():
    """What the hardware can do: bf16 is the trainers' default, and fails where there is none."""
    import torch

    has_gpu = torch.cuda.is_available()
    return {
        "bf16": has_gpu and torch.cuda.is_bf16_supported(),
        "fp16": False,
        "use_cpu": not has_gpu,
    }
