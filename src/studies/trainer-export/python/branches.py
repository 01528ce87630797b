"""Where RL branches off an SFT run: the rules of the lab, on the losses that evaluate.py has measured.

`python branches.py SFT_RUN [--delete]` chooses and keeps them; with --delete all other weights of the run
go. `python branches.py SFT_RUN BRANCH` prints the checkpoint of one, or why there is none (exit code 3).
"""

import json
import shutil
import sys

import common

# Rises over the minimum from which a branch is clearly before it, or after it.
CLEARLY_BEFORE = 0.08
CLEARLY_AFTER = 0.05
# Losses are often rounded, and rounding must not decide.
ROUNDING = 1e-9


def centred_means(losses, width):
    means = []
    for i in range(len(losses)):
        reach = min(width // 2, i, len(losses) - 1 - i)
        window = losses[i - reach : i + reach + 1]
        means.append(sum(window) / len(window))
    return means


def phase_of(rise, is_before, settings):
    if not rise > settings["stableWithin"] + ROUNDING:
        return "stable"
    if is_before:
        return "adaptation"
    return "severe" if rise > settings["severeFrom"] + ROUNDING else "mild"


def labelled(points, settings):
    """Each evaluation with its sub-phase and its rise over the minimum, and the step of the minimum."""
    points = sorted(points, key=lambda point: point["step"])
    losses = centred_means([point["loss"] for point in points], settings["smoothing"])
    lowest = min(losses)
    least = losses.index(lowest)
    minimum = points[least]
    labels = [
        {
            "step": point["step"],
            "phase": phase_of(losses[i] / lowest - 1, i < least, settings),
            "rise": point["loss"] / minimum["loss"] - 1,
        }
        for i, point in enumerate(points)
    ]
    return [label for label in labels if label["step"] > 0], minimum["step"]


def last(labels, is_wanted):
    return next((label for label in reversed(labels) if is_wanted(label)), None)


def choose(branch, points, settings):
    """The evaluation from which a branch starts, or None where SFT never came to it."""
    labels, minimum_step = labelled(points, settings)
    if branch["at"] == "step":
        return last(labels, lambda label: label["step"] <= branch["step"])
    if branch["at"] == "end":
        return labels[-1] if labels else None
    phase = branch["phase"]
    inside = [label for label in labels if label["phase"] == phase]
    if phase == "adaptation":
        return last(inside, lambda label: label["rise"] >= CLEARLY_BEFORE)
    if phase == "stable":
        return next((label for label in labels if label["step"] == minimum_step), None)
    if phase == "mild":
        clear = next((label for label in inside if label["rise"] >= CLEARLY_AFTER), None)
        return clear or (inside[-1] if inside else None)
    return labels[-1] if labels and labels[-1]["phase"] == "severe" else None


def main(run, wanted=None):
    plan = common.plan()
    sft = next(each for each in plan["runs"]["sft"] if each["run"] == run)
    points = common.read_rows(common.folder("sft", run) / "evaluations.jsonl")
    chosen = {}
    for branch in sft["branches"]:
        found = choose(branch, points, plan["subPhases"])
        chosen[branch["name"]] = None if found is None else found
    (common.folder("sft", run) / "branches.json").write_text(json.dumps(chosen, indent=1) + "\n")
    if wanted == "--delete":
        kept = {found["step"] for found in chosen.values() if found is not None}
        for step in sft["steps"]:
            if step > 0 and step not in kept:
                shutil.rmtree(common.checkpoint("sft", run, step), ignore_errors=True)
    if wanted in (None, "--delete"):
        for name, found in chosen.items():
            print(f"{run}, {name}: " + ("SFT never came to it" if found is None else f"step {found['step']}"))
        return 0
    found = chosen[wanted]
    if found is None:
        print(f"{run} has no branch point {wanted}: SFT never came to it.", file=sys.stderr)
        return 3
    print(common.checkpoint("sft", run, found["step"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
