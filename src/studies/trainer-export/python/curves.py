"""Gathers the evaluations of all runs in curves.csv, which `lab fit` and the page Ceilings read."""

import csv
import json

import common

COLUMNS = (
    "run set set_size difficulty branch paradigm seed sft_compute min_val_loss compute level successes "
    "n_problems performance"
).split()


def curve(run, sft, points):
    """The rows of one RL run: a row for each level of each evaluation; the branch point has compute 0."""
    traits = {"run": run["curve"], "seed": run["seed"]}
    if sft is None:
        start = points["base"]
        traits["paradigm"] = run["paradigm"]
    else:
        branch = points["branches"][run["branch"]]
        start = next(row for row in points["sft"] if row["step"] == branch["step"])
        traits |= {
            "set": sft["set"],
            "set_size": sft["size"],
            "difficulty": sft["difficulty"],
            "branch": run["branch"],
            "sft_compute": start["flops"],
            "min_val_loss": min(row["loss"] for row in points["sft"]),
        }
    for row in [{**start, "flops": 0}, *points["rl"]]:
        for level, counts in row["levels"].items():
            successes, samples = counts["successes"], counts["samples"]
            yield {
                **traits,
                "compute": row["flops"],
                "level": level,
                "successes": successes,
                "n_problems": samples,
                "performance": 100 * successes / samples,
            }


def rows_of(plan, run):
    file = common.folder("rl", run["run"]) / "evaluations.jsonl"
    if not file.exists():
        return
    sft = next((each for each in plan["runs"]["sft"] if each["run"] == run["sft"]), None)
    points = {"rl": common.read_rows(file)}
    if sft is None:
        # The base is the same in every run: its evaluation is that of step 0.
        points["base"] = next(row for row in points["rl"] if row["step"] == 0)
        points["rl"] = [row for row in points["rl"] if row["step"] > 0]
    else:
        source = common.folder("sft", sft["run"])
        points["sft"] = common.read_rows(source / "evaluations.jsonl")
        points["branches"] = json.loads((source / "branches.json").read_text())
    yield from curve(run, sft, points)


def main():
    plan = common.plan()
    rows = [row for run in plan["runs"]["rl"] for row in rows_of(plan, run)]
    with (common.ROOT / "curves.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} rows in {common.ROOT / 'curves.csv'}; figures: lab fit {common.ROOT} --out figures")


if __name__ == "__main__":
    main()
