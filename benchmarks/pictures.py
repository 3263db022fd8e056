"""Measures plots and the report of many rows beside scikit-learn and matplotlib, in turns.

Usage: pictures.py [--rounds 3] [--rows 1000000] [--output FOLDER]

Each drawing is a process of its own, measured by the kernel. The output folder gets every
measurement (pictures.tsv), the table (pictures.md) and what the programs printed
(pictures-log.txt); measurements of an earlier run are replaced. Linux only.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from chain import HERE
from contest import OURS
from machine import describe_machine
from measure import measure_command
from results import Record, append_record, format_table, read_records

LIBRARIES = "scikit-learn and matplotlib"
MODEL = HERE.parent / "galaxy_xml" / "test-data" / "reviews_fitted.h5mlm"
OF_LABELS = ("confusion-matrix", "per-class-scores")
OF_SCORES = ("roc-curve", "precision-recall-curve", "calibration-curve", "score-distribution")
STEPS = (*OF_LABELS, *OF_SCORES, "report")


def write_tables(folder: Path, rows: int) -> None:
    """Write labels, scores and predicted labels of two classes that overlap."""
    drawn = random.Random(0)  # noqa: S311
    names = ("y.tsv", "p.tsv", "d.tsv")
    labels, scores, predicted = (folder.joinpath(name).open("w") for name in names)
    with labels, scores, predicted:
        for _ in range(rows):
            true = drawn.random() < 0.5
            score = min(max(drawn.gauss(0.35 + 0.3 * true, 0.2), 0.0), 1.0)
            print(name_class(true), file=labels)
            print(f"{score:.6g}", file=scores)
            print(name_class(score > 0.5), file=predicted)


def name_class(positive: bool) -> str:
    """Return the label, one of those of the model."""
    return "positive" if positive else "negative"


def list_commands(step: str, folder: Path) -> dict[str, list[str]]:
    """Return the command that draws, by contender."""
    true, scores, predicted = (str(folder / name) for name in ("y.tsv", "p.tsv", "d.tsv"))
    ours = ["ml-visualization-ex", step, "--true", true]
    ours += ["--predicted", predicted] if step in OF_LABELS else ["--scores", scores]
    if step == "report":
        ours += ["--model", str(MODEL), "--output", str(folder / "ours.html")]
    else:
        ours += ["--output", str(folder / "ours.png")]
    script = [sys.executable, str(HERE / "plain_plots.py"), step]
    return {OURS: ours, LIBRARIES: [*script, str(folder), str(folder / "plain.png")]}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"))
    options = parser.parse_args()
    options.output.mkdir(exist_ok=True)
    load = os.getloadavg()[0]
    measurements = options.output / "pictures.tsv"
    measurements.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, options.rows)
        for number in range(1, options.rounds + 1):
            for step in STEPS:
                for contender, command in list_commands(step, folder).items():
                    usage = measure_command(command, options.output / "pictures-log.txt")
                    record = Record(number, contender, step, options.rows, usage)
                    append_record(measurements, record)
    table = format_table(read_records(measurements), (OURS, LIBRARIES), STEPS, "plot")
    title = f"{options.rows:,} rows, medians of {options.rounds}: wall s / CPU s / MiB"
    text = f"{describe_machine(load)}\n\n{title}\n\n{table}"
    (options.output / "pictures.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
