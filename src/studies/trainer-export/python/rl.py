"""RL from one branch point with TRL: python rl.py config/rl/RUN.yaml MODEL"""

import sys

import trl_common
from datasets import load_dataset
from transformers import AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

import common
from reward import reward


def main():
    given = trl_common.configuration()
    rows = load_dataset("json", data_files=str(common.ROOT / given["data"]), split="train")
    trainer = GRPOTrainer(
        model=sys.argv[2],
        reward_funcs=reward,
        args=GRPOConfig(output_dir=str(common.folder("rl", given["run"])), **given["training"]),
        train_dataset=rows,
        processing_class=AutoTokenizer.from_pretrained(common.base(), padding_side="left", truncation_side="left"),
        callbacks=[trl_common.SaveAt(given["save_at"])],
    )
    trainer.train()


if __name__ == "__main__":
    main()
