"""Evaluates every checkpoint of a run greedily on the benchmark, SFT's also by their validation loss.

`python evaluate.py sft RUN` or `python evaluate.py rl RUN [--delete]`: a line for each checkpoint in
evaluations.jsonl, with the tokens and FLOPs up to it. What is there already is not measured again.
With --delete the weights of a checkpoint go once it is measured.
"""

import json
import shutil
import sys

import common
from reward import verify

BATCH = 256


def load(path):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(common.base(), padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(path, dtype="float32").to(device).eval()
    return model, tokenizer


def flops_per_token(model):
    """Forward FLOPs per token, as the lab counts: 2N + 4LdT."""
    config = model.config
    width = config.num_attention_heads * getattr(
        config, "head_dim", config.hidden_size // config.num_attention_heads
    )
    tokens = common.plan()["tokens"]
    context = tokens["prompt"] + tokens["completion"]
    return 2 * model.num_parameters() + 4 * config.num_hidden_layers * width * context


def prompt_text(tokenizer, row):
    asked = [{"role": "user", "content": row["prompt"]}]
    return tokenizer.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)


def completions(model, tokenizer, rows):
    """Greedy completions, and how many tokens they have."""
    import torch

    texts, count = [], 0
    for first in range(0, len(rows), BATCH):
        prompts = [prompt_text(tokenizer, row) for row in rows[first : first + BATCH]]
        batch = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
        batch = batch.to(model.device)
        with torch.no_grad():
            ids = model.generate(
                **batch,
                do_sample=False,
                max_new_tokens=common.plan()["tokens"]["completion"],
                eos_token_id=tokenizer.eos_token_id,
                pad_token_id=tokenizer.pad_token_id,
            )[:, batch["input_ids"].shape[1] :]
        for row in ids.tolist():
            has_end = tokenizer.eos_token_id in row
            length = row.index(tokenizer.eos_token_id) if has_end else len(row)
            count += length + has_end
            text = tokenizer.decode(row[:length], skip_special_tokens=True)
            texts.append(text if has_end else None)
    return texts, count


def benchmark(model, tokenizer):
    rows = common.read_rows(common.ROOT / "data" / "benchmark.jsonl")
    texts, count = completions(model, tokenizer, rows)
    levels = {}
    for row, text in zip(rows, texts):
        level = levels.setdefault(str(row["level"]), {"successes": 0, "samples": 0})
        level["samples"] += 1
        level["successes"] += text is not None and verify(row["answer"], text)["correct"]
    return {"levels": levels, "generatedTokens": count}


def validation_loss(model, tokenizer):
    """Nats per token of the completions, the end token included."""
    import torch

    rows = common.read_rows(common.ROOT / "data" / "validation.jsonl")
    total = count = 0
    for first in range(0, len(rows), 32):
        prompts, sequences = [], []
        for row in rows[first : first + 32]:
            prompt = prompt_text(tokenizer, row)
            prompts.append(len(tokenizer(prompt, add_special_tokens=False)["input_ids"]))
            text = prompt + row["completion"] + tokenizer.eos_token
            sequences.append(tokenizer(text, add_special_tokens=False)["input_ids"])
        longest = max(map(len, sequences))
        padded = [ids + [tokenizer.pad_token_id] * (longest - len(ids)) for ids in sequences]
        ids = torch.tensor(padded, device=model.device)
        seen = torch.tensor([[i < len(s) for i in range(longest)] for s in sequences], device=model.device)
        with torch.no_grad():
            logits = model(input_ids=ids, attention_mask=seen.long()).logits[:, :-1].float()
        losses = torch.nn.functional.cross_entropy(
            logits.transpose(1, 2), ids[:, 1:], reduction="none"
        )
        for row, (start, sequence) in enumerate(zip(prompts, sequences)):
            part = losses[row, start - 1 : len(sequence) - 1]
            total += part.sum().item()
            count += part.numel()
    return total / count


def evaluate(stage, run, step):
    path = common.checkpoint(stage, run, step)
    if not (path / "config.json").exists():
        raise SystemExit(f"There is no checkpoint {path}; train {stage} {run} first.")
    model, tokenizer = load(path)
    tokens = common.tokens_read(stage, run, step)
    measured = {
        "step": step,
        **tokens,
        "flops": common.flops(stage, tokens, flops_per_token(model)),
        **benchmark(model, tokenizer),
    }
    return {**measured, "loss": validation_loss(model, tokenizer)} if stage == "sft" else measured


def main(stage, run, *options):
    planned = next(each for each in common.plan()["runs"][stage] if each["run"] == run)
    file = common.folder(stage, run) / "evaluations.jsonl"
    done = {row["step"] for row in common.read_rows(file)} if file.exists() else set()
    file.parent.mkdir(parents=True, exist_ok=True)
    for step in planned["steps"]:
        if step in done:
            continue
        measured = evaluate(stage, run, step)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(measured) + "\n")
        print(f"{stage} {run}, step {step}: {json.dumps(measured)}")
        if "--delete" in options and step > 0:
            shutil.rmtree(common.checkpoint(stage, run, step))


if __name__ == "__main__":
    main(*sys.argv[1:])
