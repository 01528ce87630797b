"""SFT of one set in one seed with TRL: python sft.py config/sft/RUN.yaml"""

import trl_common
from datasets import load_dataset
from transformers import AutoTokenizer
from trl import SFTConfig, SFTTrainer

import common


def main():
    given = trl_common.configuration()
    rows = load_dataset("json", data_files=str(common.ROOT / given["data"]), split="train")
    trainer = SFTTrainer(
        model=str(common.base()),
        args=SFTConfig(output_dir=str(common.folder("sft", given["run"])), **given["training"]),
        train_dataset=rows.select_columns(["prompt", "completion"]),
        processing_class=AutoTokenizer.from_pretrained(common.base()),
        callbacks=[trl_common.SaveAt(given["save_at"])],
    )
    trainer.train()


if __name__ == "__main__":
    main()
