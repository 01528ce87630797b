"""Fetches the model, gives it the plain chat template of this study, and checks that every row fits."""

import common


def prefix_error(tokenizer, messages, limit):
    """Why a row cannot be trained on, or None."""
    prompt = tokenizer.apply_chat_template(messages[:1], add_generation_prompt=True, tokenize=False)
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    ids = tokenizer(whole, add_special_tokens=False)["input_ids"]
    if ids[: len(prompt_ids)] != prompt_ids:
        return "the tokenizer joins the end of its prompt with the beginning of its completion"
    if len(ids) - len(prompt_ids) > limit["completion"]:
        return f"its completion has {len(ids) - len(prompt_ids)} tokens, and the limit is {limit['completion']}"
    if len(prompt_ids) > limit["prompt"]:
        return f"its prompt has {len(prompt_ids)} tokens, and the limit is {limit['prompt']}"
    return None


def messages_of(row):
    if "messages" in row:
        return row["messages"]
    return row["prompt"] + row["completion"]


def main():
    from transformers import AutoModelForCausalLM, AutoTokenizer

    plan = common.plan()
    tokenizer = AutoTokenizer.from_pretrained(plan["model"])
    tokenizer.chat_template = (common.ROOT / "chat_template.jinja").read_text()
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    for run in plan["runs"]["sft"]:
        for place, row in enumerate(common.read_rows(common.ROOT / run["data"])):
            problem = prefix_error(tokenizer, messages_of(row), plan["tokens"])
            if problem is not None:
                raise SystemExit(
                    f"{run['data']}, row {place + 1}: {problem}. Choose a model with another tokenizer, or shorter trajectories."
                )
    model = AutoModelForCausalLM.from_pretrained(plan["model"], dtype="float32")
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(common.base())
    tokenizer.save_pretrained(common.base())
    print(f"{plan['model']}: {model.num_parameters():,} parameters, in {common.base()}")


if __name__ == "__main__":
    main()
