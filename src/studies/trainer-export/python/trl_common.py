"""What SFT and RL with TRL share: how arguments are read, and at which steps a checkpoint is kept."""

import os
import sys

import yaml
from transformers import TrainerCallback

import common


class SaveAt(TrainerCallback):
    """Keeps a checkpoint at given updates, which are not evenly spaced."""

    def __init__(self, updates):
        self.updates = set(updates)

    def on_step_end(self, args, state, control, **_):
        if state.global_step in self.updates:
            control.should_save = True
        return control


def configuration():
    """The YAML file that was named, with what depends on the hardware filled in."""
    with open(common.ROOT / sys.argv[1], encoding="utf-8") as file:
        given = yaml.safe_load(file)
    training = {**given["training"], **common.precision()}
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    for key in ("gradient_accumulation_steps", "steps_per_generation"):
        if training.get(key) is None:
            continue
        if training[key] % processes:
            raise SystemExit(
                f"{key} is {training[key]} for one process and cannot be shared out over {processes}; set PROCESSES to a divisor of it."
            )
        training[key] //= processes
    return {**given, "training": training}
