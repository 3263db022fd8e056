"""Trains the tutorial's network with many seeds: ours, plain Keras 3 and plain Keras 2.10.

Usage: seeds.py --data FOLDER [--keras2 PYTHON] [--seeds 1 2 3 ...] [--sides SIDE ...]
                [--output FOLDER]

FOLDER has the tables of the tutorial. PYTHON is a Python 3.9 with tensorflow-cpu 2.10.1, pandas,
scikit-learn and matplotlib; it runs the same plain script as plain Keras 3. Sides take turns, seed
by seed. The output folder gets seeds.tsv, one line for each training: loss and accuracy of the
rows trained on after each of the two epochs, and accuracy on the test reviews. What is there
already is not run again, so that a run can be cut off and files of several runs can be put
together. seeds.md is made of all of it. Linux only.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from chain import Round, list_our_commands
from contest import OURS
from machine import describe_environment, describe_machine
from results import format_row
from tutorial_tables import TABLES, find_table

HERE = Path(__file__).parent
KERAS_3, KERAS_2 = "plain Keras 3", "plain Keras 2.10"
SIDES = (OURS, KERAS_3, KERAS_2)
FALL = 0.05
READ_HISTORY = """
import json, sys
from pathlib import Path
from galaxy_keras.artefacts.model_file import read_model
print(json.dumps(read_model(Path(sys.argv[1])).history))
"""


class Score(NamedTuple):
    """What one training came to: the last five are figures of the two epochs and of the test."""

    side: str
    seed: int
    loss_1: float
    loss_2: float
    accuracy_1: float
    accuracy_2: float
    test: float

    @property
    def fell(self) -> bool:
        """Whether the network ended far below what it had reached within the last epoch."""
        return self.test < self.accuracy_2 - FALL


def run_ours(run: Round, log: Path) -> dict[str, list[float]]:
    """Run our commands up to the predictions, and return the history."""
    commands = list_our_commands(run, sys.executable)
    for step in ("config", "builder", "train", "predict"):
        run_command(commands[step], log)
    Path(run.name_file("ours.tsv")).replace(run.name_file("seed.tsv"))
    return read_json([sys.executable, "-c", READ_HISTORY, run.name_file("ours.h5mlm")])


def run_plain(python: str, run: Round, log: Path) -> dict[str, list[float]]:
    """Run the plain script, and return the history."""
    folder = str(Path(run.tables["X_train"]).parent)
    script = [python, str(HERE / "plain_keras.py"), folder, run.name_file("seed")]
    run_command([*script, "--seed", str(run.seed), "--part", "score"], log)
    history: dict[str, list[float]] = json.loads(
        Path(run.name_file("seed-history.json")).read_text()
    )
    return history


def run_command(command: Sequence[str], log: Path) -> None:
    """Run a command; its output goes to the end of `log`."""
    with log.open("a") as file:
        subprocess.run(command, check=True, stdout=file, stderr=file)


def read_json(command: Sequence[str]) -> dict[str, list[float]]:
    """Return what a command prints."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    history: dict[str, list[float]] = json.loads(done.stdout)
    return history


def score_side(side: str, pythons: dict[str, str], run: Round) -> Score:
    """Train and predict with one side and one seed."""
    log = run.folder / "seeds-log.txt"
    history = run_ours(run, log) if side == OURS else run_plain(pythons[side], run, log)
    accuracy = find_accuracy(run.tables["y_test"], run.name_file("seed.tsv"))
    return Score(side, run.seed, *history["loss"], *history["acc"], accuracy)


def find_accuracy(true: str, predicted: str) -> float:
    """Return the share of labels that are right; predictions have a header."""
    labels, answers = read_lines(true), read_lines(predicted)[1:]
    pairs = zip(labels, answers, strict=True)
    return statistics.fmean(label == answer for label, answer in pairs)


def read_lines(path: str) -> list[str]:
    """Return the lines of a file, compressed or not."""
    with gzip.open(path, "rt") if path.endswith(".gz") else Path(path).open() as file:
        return file.read().split()


def read_results(path: Path) -> list[Score]:
    """Return the trainings that are there."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [
            Score(row["side"], int(row["seed"]), *(float(row[name]) for name in Score._fields[2:]))
            for row in csv.DictReader(file, delimiter="\t")
        ]


def append_result(path: Path, score: Score) -> None:
    """Write a training at the end of the table, at once, so that none is lost."""
    if not path.exists():
        path.write_text("\t".join(Score._fields) + "\n")
    with path.open("a") as file:
        print(*score[:2], *(f"{figure:.4f}" for figure in score[2:]), sep="\t", file=file)


def format_results(scores: Sequence[Score]) -> str:
    """Return a Markdown table of test accuracies, seed by seed, and what they come to."""
    sides = [side for side in SIDES if any(score.side == side for score in scores)]
    found = {(score.side, score.seed): score for score in scores}
    header = ("seed", *sides)
    lines = [format_row(header), format_row(["---"] * len(header))]
    for seed in sorted({score.seed for score in scores}):
        cells = [format_score(found.get((side, seed))) for side in sides]
        lines.append(format_row([str(seed), *cells]))
    for name, summarize in SUMMARIES.items():
        columns = [[each.test for each in scores if each.side == side] for side in sides]
        lines.append(format_row([name, *(f"{summarize(column):.3f}" for column in columns)]))
    return "\n".join(lines) + "\n"


def find_deviation(values: Sequence[float]) -> float:
    """Return the standard deviation, 0 of a single value."""
    return statistics.stdev(values) if len(values) > 1 else 0.0


SUMMARIES = {
    "mean": statistics.mean,
    "median": statistics.median,
    "standard deviation": find_deviation,
    "worst": min,
    "best": max,
}


def format_score(score: Score | None) -> str:
    """Return a cell, with a mark where a network fell in the end."""
    if score is None:
        return ""
    return f"{score.test:.3f}{' *' if score.fell else ''}"


def describe_conditions(keras2: str | None, load: float) -> str:
    """Return a sentence: machine and versions of all sides."""
    text = describe_machine(load)
    if keras2:
        names = ("keras", "tensorflow-cpu", "numpy")
        text += f" Plain Keras 2.10: {describe_environment(keras2, names)}."
    return text


def write_report(output: Path) -> None:
    """Write the Markdown table of all trainings that are there."""
    conditions = (output / "seeds-conditions.txt").read_text()
    table = format_results(read_results(output / "seeds.tsv"))
    (output / "seeds.md").write_text(
        f"{conditions}\n\nAccuracy on the 25,000 test reviews; * where it is more than {FALL} "
        f"below the mean accuracy in the second epoch of training.\n\n{table}"
    )


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the tables")
    parser.add_argument("--keras2", metavar="PYTHON", help="Python 3.9 with Keras 2.10")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"))
    return parser.parse_args()


def main() -> None:
    """Train what is not there yet; the table is written after each training."""
    options = parse_arguments()
    output = options.output
    output.mkdir(parents=True, exist_ok=True)
    conditions = describe_conditions(options.keras2, os.getloadavg()[0])
    (output / "seeds-conditions.txt").write_text(conditions)
    pythons = {KERAS_3: sys.executable} | ({KERAS_2: options.keras2} if options.keras2 else {})
    tables = {name: str(find_table(options.data, name)) for name in TABLES}
    sides = [side for side in options.sides if side == OURS or side in pythons]
    for seed in options.seeds:
        for side in sides:
            results = read_results(output / "seeds.tsv")
            if not any((each.side, each.seed) == (side, seed) for each in results):
                score = score_side(side, pythons, Round(tables, output, seed))
                append_result(output / "seeds.tsv", score)
                print(*score, sep="\t", flush=True)
            write_report(output)


if __name__ == "__main__":
    main()
