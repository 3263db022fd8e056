"""Measures the tutorial's chain of five steps beside plain Keras and Galaxy-ML, in turns.

Usage: chain.py [--rounds 3] [--data FOLDER] [--galaxy-ml PYTHON] [--rows N] [--output FOLDER]

Each step runs as a process of its own, measured by the kernel; plain Keras runs as one script
for training, prediction and plot. The number of the round is the seed. FOLDER has X_train,
y_train, X_test and y_test as .tsv or .tsv.gz; without it reviews are drawn. PYTHON is a Python
3.9 with galaxy-ml 0.10. The output folder gets every measurement (measurements.tsv), the scores
(scores.tsv), the tables of both (chain.md, scores.md) and what the programs printed (log.txt).
With --first-round 4 rounds 4, 5 ... are added to those that are there. Linux only.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from contest import GALAXY_ML, OURS, PLAIN, PREDICTION, TRAINING, Setting, run_contest
from machine import describe_environment, describe_machine
from measure import Usage, add_usages, measure_command
from results import Record, append_record, format_table, read_records
from scores import append_score, format_scores, read_scores
from tutorial_tables import TABLES, find_table

HERE = Path(__file__).parent
CHAIN = ("config", "builder", "train", "predict", "plot")
STEPS = ("start", "read", *CHAIN, "chain", TRAINING, PREDICTION)
ORDER = (OURS, PLAIN, GALAXY_ML)
CONTEST_ROWS = 1280
READ_OURS = """
import sys
from pathlib import Path
from galaxy_keras.artefacts.tables import read_features
read_features(Path(sys.argv[1]))
"""
READ_PANDAS = "import pandas, sys; pandas.read_csv(sys.argv[1], sep='\\t', header=None).to_numpy()"
READ_GALAXY_ML = f"{READ_PANDAS}.astype(float)"

Command = list[str]


class Round(NamedTuple):
    """One round: tables by name, the folder that files go to, and the seed."""

    tables: dict[str, str]
    folder: Path
    seed: int

    def name_file(self, name: str) -> str:
        """Return the path of a file of this round."""
        return str(self.folder / name)


def list_our_commands(run: Round, _python: str) -> dict[str, Command]:
    """Return our commands by step."""
    tables, name = run.tables, run.name_file
    layers = ("Embedding input_dim=10000 output_dim=32", "LSTM units=100")
    last = "Dense units=1 activation=sigmoid"
    return {
        "start": ["keras-train-and-eval", "--help"],
        "read": [sys.executable, "-c", READ_OURS, tables["X_train"]],
        "config": [
            *("keras-model-config", "--input-shape", "500"),
            *(part for layer in (*layers, last) for part in ("--layer", layer)),
            *("--output", name("ours.json")),
        ],
        "builder": [
            *("keras-model-builder", "--model-config", name("ours.json"), "--task", "classifier"),
            *("--loss", "binary_crossentropy", "--optimizer", "adam", "--metric", "acc"),
            *("--epochs", "2", "--batch-size", "128", "--seed", str(run.seed)),
            *("--output", name("ours.zip")),
        ],
        "train": [
            *("keras-train-and-eval", "--model", name("ours.zip")),
            *("--features", tables["X_train"], "--target", tables["y_train"]),
            *("--test-size", "0.2", "--scoring", "f1", "--output-model", name("ours.h5mlm")),
            *("--output-metrics", name("ours-metrics.tsv")),
        ],
        "predict": [
            *("model-prediction", "--model", name("ours.h5mlm"), "--features", tables["X_test"]),
            *("--output", name("ours.tsv")),
        ],
        "plot": [
            *("ml-visualization-ex", "confusion-matrix", "--true", tables["y_test"]),
            *("--predicted", name("ours.tsv"), "--predicted-header", "--output", name("ours.png")),
        ],
    }


def list_plain_commands(run: Round, python: str) -> dict[str, Command]:
    """Return the commands of plain Keras by step."""
    script = [python, str(HERE / "plain_keras.py")]
    folder = str(Path(run.tables["X_train"]).parent)
    return {
        "start": [*script, "--start"],
        "read": [python, "-c", READ_PANDAS, run.tables["X_train"]],
        "chain": [*script, folder, run.name_file("plain"), "--seed", str(run.seed)],
    }


def list_galaxy_ml_commands(run: Round, python: str) -> dict[str, Command]:
    """Return the commands of Galaxy-ML by step."""
    script, tables, seed = [python, str(HERE / "galaxy_ml_chain.py")], run.tables, str(run.seed)
    names = ("old.json", "old.h5mlm", "old-fitted.h5mlm", "old-metrics.tsv", "old.tsv", "old.png")
    config, builder, fitted, metrics, predicted, picture = map(run.name_file, names)
    train, labels = [tables["X_train"], tables["y_train"]], tables["y_test"]
    return {
        "start": [*script, "start"],
        "read": [python, "-c", READ_GALAXY_ML, tables["X_train"]],
        "config": [*script, "config", config, "500"],
        "builder": [*script, "builder", config, seed, builder],
        "train": [*script, "train", builder, *train, seed, fitted, metrics],
        "predict": [*script, "predict", fitted, tables["X_test"], predicted],
        "plot": [*script, "plot", labels, predicted, picture],
    }


class Contender(NamedTuple):
    """How a contender is run, and where its predictions are."""

    list_commands: Callable[[Round, str], dict[str, Command]]
    predictions: str


CONTENDERS = {
    OURS: Contender(list_our_commands, "ours.tsv"),
    PLAIN: Contender(list_plain_commands, "plain.tsv"),
    GALAXY_ML: Contender(list_galaxy_ml_commands, "old.tsv"),
}


def measure_round(name: str, python: str, run: Round) -> Iterator[tuple[str, Usage]]:
    """Give what each step of a contender took, and the whole chain."""
    taken = {}
    for step, command in CONTENDERS[name].list_commands(run, python).items():
        taken[step] = measure_command(command, run.folder / "log.txt")
        yield step, taken[step]
    if "chain" in taken:
        yield from read_parts(run.name_file("plain-usage.tsv")).items()
    else:
        yield "chain", add_usages(taken[step] for step in CHAIN)


def read_parts(path: str) -> dict[str, Usage]:
    """Return what the parts of the script took, from what it wrote."""
    lines = Path(path).read_text().splitlines()
    usages = [Usage(*map(float, line.split("\t"))) for line in lines]
    return dict(zip(("train", "predict", "plot"), usages, strict=True))


def score_predictions(run: Round, name: str) -> str:
    """Return the figures of the predictions as a line."""
    files = [run.tables["y_test"], run.name_file(CONTENDERS[name].predictions)]
    command = [sys.executable, str(HERE / "score_imdb.py"), *files]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def run_round(pythons: dict[str, str], run: Round, rows: int) -> None:
    """Measure and score each contender; another one begins in each round."""
    names = list(pythons)
    first = run.seed % len(names)
    for name in names[first:] + names[:first]:
        for step, usage in measure_round(name, pythons[name], run):
            append_record(
                run.folder / "measurements.tsv", Record(run.seed, name, step, rows, usage)
            )
            print(f"round {run.seed}, {name}, {step}: {usage.wall:.1f} s", flush=True)
        append_score(run.folder / "scores.tsv", name, run.seed, score_predictions(run, name))


def compare_steps(pythons: dict[str, str], run: Round, rows: int, rounds: int) -> None:
    """Measure single training steps and predictions, on the first rows of the table."""
    rows = min(rows // 128 * 128, CONTEST_ROWS)
    settings = [
        Setting(name, run.name_file("untrained.npy"), rows=rows, table=run.tables["X_train"])
        for name in pythons
    ]
    for record in run_contest(pythons, settings, max(rounds, 3), rows, run.folder / "log.txt"):
        append_record(run.folder / "measurements.tsv", record)


def prepare_tables(options: argparse.Namespace) -> Path:
    """Return the folder of the tables: the one given, one with a part of them, or drawn ones."""
    if options.data and not options.rows:
        return Path(options.data)
    folder: Path = options.output / "tables"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, str(HERE / "tutorial_tables.py"), str(folder)]
    command += ["--rows", str(options.rows)] if options.rows else []
    command += ["--source", str(options.data)] if options.data else []
    subprocess.run(command, check=True)
    return folder


def count_rows(path: str) -> int:
    """Return the number of lines of a table."""
    with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as file:
        return sum(1 for _ in file)


def describe_conditions(options: argparse.Namespace, rows: int, load: float) -> str:
    """Return a paragraph: data, machine, versions."""
    kind = "drawn reviews" if options.data is None else "IMDB reviews"
    text = f"{rows:,} {kind} to train on and as many to predict. {describe_machine(load)}"
    if options.galaxy_ml:
        names = ("Galaxy-ML", "keras", "tensorflow", "tensorflow-cpu")
        text += f" Galaxy-ML: {describe_environment(options.galaxy_ml, names)}."
    return text


def describe_cells(records: Sequence[Record], contenders: Sequence[str]) -> str:
    """Return a paragraph that says how to read the table."""
    rounds = {
        name: len({each.round for each in records if each[1:3] == (name, "chain")})
        for name in contenders
    }
    return (
        "Cells: wall seconds / CPU seconds / peak memory in MB; medians over "
        f"{', '.join(f'{count} rounds of {name}' for name, count in rounds.items())}. A ratio is "
        "ours / theirs, the median over the rounds that both ran. *start* is `--help`, of the "
        "others the imports; *read* reads the training table; plain Keras is one script, so that "
        "its steps do not start anew and its peaks are those so far."
    )


def write_report(output: Path) -> None:
    """Write the Markdown tables of all measurements."""
    conditions = (output / "conditions.txt").read_text()
    records = read_records(output / "measurements.tsv")
    contenders = [name for name in ORDER if any(name == each.contender for each in records)]
    table = format_table(records, contenders, STEPS)
    text = f"{conditions}\n\n{describe_cells(records, contenders)}\n\n{table}"
    (output / "chain.md").write_text(text)
    scores = format_scores(read_scores(output / "scores.tsv"), contenders)
    (output / "scores.md").write_text(scores)


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often; also the seeds")
    parser.add_argument("--first-round", type=int, default=1, help="add rounds from this one on")
    parser.add_argument("--data", type=Path, help="folder with the tables of the tutorial")
    parser.add_argument("--rows", type=int, help="take so many rows of each table only")
    parser.add_argument("--galaxy-ml", metavar="PYTHON", help="Python 3.9 with galaxy-ml 0.10")
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"))
    return parser.parse_args()


def start_anew(options: argparse.Namespace, rows: int) -> None:
    """Remove what an earlier run left, and note the conditions of this one."""
    for name in ("measurements.tsv", "scores.tsv", "log.txt"):
        (options.output / name).unlink(missing_ok=True)
    text = describe_conditions(options, rows, os.getloadavg()[0])
    (options.output / "conditions.txt").write_text(text)


def main() -> None:
    """Measure all rounds; the tables are written after each."""
    options = parse_arguments()
    output, first = options.output, options.first_round
    output.mkdir(parents=True, exist_ok=True)
    folder = prepare_tables(options)
    tables = {name: str(find_table(folder, name)) for name in TABLES}
    rows = count_rows(tables["y_train"])
    pythons = {OURS: sys.executable, PLAIN: sys.executable}
    if options.galaxy_ml:
        pythons[GALAXY_ML] = options.galaxy_ml
    if first == 1:
        start_anew(options, rows)
        compare_steps(pythons, Round(tables, output, 0), rows, options.rounds)
    for seed in range(first, first + options.rounds):
        run_round(pythons, Round(tables, output, seed), rows)
        write_report(output)
    print((output / "chain.md").read_text(), (output / "scores.md").read_text(), sep="\n")


if __name__ == "__main__":
    main()
