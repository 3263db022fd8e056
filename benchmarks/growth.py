"""Measures how time and memory grow with rows, length and units, beside plain Keras.

Usage: growth.py [rows] [length] [units] [--rounds 2] [--sizes 1000,3000] [--output FOLDER]

One thing is varied at a time. Rows: the whole commands, one epoch of an LSTM of 64 units on drawn
sequences of 200 words, as many to train as to predict; with and without acceleration, and two
scripts in plain Keras. Length and units: seconds a training step of 128 rows and a prediction of
1,000 rows, in processes that have warmed up, with 100 units or 200 words otherwise. All take
turns. The output folder gets growth-rows.tsv and so on, and growth.md. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from chain import HERE
from contest import OURS, PLAIN, Setting, run_contest
from machine import describe_machine
from measure import Usage, measure_command
from results import Record, append_record, format_table, read_records

UNACCELERATED = f"{OURS}, not accelerated"
CONTENDERS = (OURS, UNACCELERATED, PLAIN)
SIZES = {
    "rows": (1_000, 3_000, 10_000, 30_000, 100_000),
    "length": (100, 200, 500, 1_000, 2_000),
    "units": (32, 64, 128, 256, 512),
}
TITLES = {
    "rows": "Rows: whole commands",
    "length": "Length: seconds a step",
    "units": "Units: seconds a step",
}
CONTEST_ROWS = 256
LENGTH, UNITS = 200, 64


def write_builder(folder: Path) -> None:
    """Write the builder of the network for whole commands."""
    layers = ("Embedding input_dim=10000 output_dim=32", f"LSTM units={UNITS}")
    config = ["keras-model-config", "--input-shape", str(LENGTH)]
    for layer in (*layers, "Dense units=1 activation=sigmoid"):
        config += ["--layer", layer]
    architecture, builder = str(folder / "model.json"), str(folder / "builder.zip")
    subprocess.run([*config, "--output", architecture], check=True)
    settings = "--task classifier --loss binary_crossentropy --optimizer adam --metric acc"
    fitting = ["--epochs", "1", "--batch-size", "128", "--seed", "1", "--output", builder]
    command = ["keras-model-builder", "--model-config", architecture]
    subprocess.run([*command, *settings.split(), *fitting], check=True)


def measure_ours(folder: Path, log: Path, *flags: str) -> dict[str, Usage]:
    """Return what training and prediction with our commands took."""
    fitted = str(folder / "fitted.h5mlm")
    train = [
        *("keras-train-and-eval", "--model", str(folder / "builder.zip")),
        *("--features", str(folder / "X_train.tsv.gz")),
        *("--target", str(folder / "y_train.tsv.gz"), "--output-model", fitted),
        *("--output-metrics", str(folder / "metrics.tsv"), *flags),
    ]
    predict = [
        *("model-prediction", "--model", fitted, "--features", str(folder / "X_test.tsv.gz")),
        *("--output", str(folder / "predictions.tsv"), *flags),
    ]
    return {"train": measure_command(train, log), "predict": measure_command(predict, log)}


def measure_plain(folder: Path, log: Path) -> dict[str, Usage]:
    """Return what training and prediction with a script took."""
    script = [sys.executable, str(HERE / "plain_keras.py"), str(folder), str(folder / "plain")]
    network = ["--units", str(UNITS), "--epochs", "1"]
    return {
        step: measure_command([*script, *network, "--part", step], log)
        for step in ("train", "predict")
    }


def measure_rows(rows: int, rounds: int, log: Path) -> Iterator[Record]:
    """Give what the whole commands took with so many rows."""
    contenders: dict[str, Callable[[Path], dict[str, Usage]]] = {
        OURS: lambda folder: measure_ours(folder, log),
        UNACCELERATED: lambda folder: measure_ours(folder, log, "--no-accelerate"),
        PLAIN: lambda folder: measure_plain(folder, log),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shape = ["--rows", str(rows), "--length", str(LENGTH)]
        subprocess.run([sys.executable, str(HERE / "tutorial_tables.py"), name, *shape], check=True)
        write_builder(folder)
        for repeat in range(1, rounds + 1):
            for contender, measure in contenders.items():
                for step, usage in measure(folder).items():
                    yield Record(repeat, contender, step, rows, usage)


def measure_steps(factor: str, size: int, rounds: int, log: Path) -> Iterator[Record]:
    """Give what a training step and a prediction took at one length or number of units."""
    shape = {"length": LENGTH, "units": 100, "rows": CONTEST_ROWS} | {factor: size}
    with tempfile.TemporaryDirectory() as folder:
        untrained = str(Path(folder) / "untrained.npy")
        settings = [Setting(name, untrained, **shape) for name in (OURS, PLAIN)]
        pythons = dict.fromkeys((OURS, PLAIN), sys.executable)
        yield from run_contest(pythons, settings, rounds, size, log)


def measure_growth(factor: str, sizes: Sequence[int], rounds: int, output: Path) -> None:
    """Write the measurements of one thing varied."""
    path, log = output / f"growth-{factor}.tsv", output / "growth-log.txt"
    path.unlink(missing_ok=True)
    for size in sizes:
        if factor == "rows":
            records = measure_rows(size, rounds, log)
        else:
            records = measure_steps(factor, size, rounds, log)
        for record in records:
            append_record(path, record)
        print(f"{factor} {size:,} done", flush=True)


def format_growth(factor: str, records: Sequence[Record]) -> str:
    """Return the tables of one thing varied, a table for each step."""
    contenders = [name for name in CONTENDERS if any(name == each.contender for each in records)]
    steps = list(dict.fromkeys(each.step for each in records))
    sizes = [f"{size:,}" for size in sorted({each.size for each in records})]
    text = f"### {TITLES[factor]}\n\n![{TITLES[factor]}](images/performance/growth-{factor}.png)\n"
    for step in steps:
        rows = [each._replace(step=f"{each.size:,}") for each in records if each.step == step]
        text += f"\n{format_table(rows, contenders, sizes, f'{factor}, {step}')}"
    return text


def write_report(output: Path, load: float) -> None:
    """Write the tables of all that was measured."""
    paths = {factor: output / f"growth-{factor}.tsv" for factor in SIZES}
    parts = [
        format_growth(factor, read_records(path)) for factor, path in paths.items() if path.exists()
    ]
    cells = (
        "Cells: wall seconds / CPU seconds / peak memory in MB, medians. A ratio is that of "
        f"{OURS}, which decides itself whether to accelerate, to the other. Without "
        "acceleration a single step of ours is Keras's own, and is not shown."
    )
    introduction = f"{describe_machine(load)}\n\n{cells}"
    (output / "growth.md").write_text("\n".join([f"{introduction}\n", *parts]))


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("factors", nargs="*", metavar="rows, length, units", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sizes", help="others than the built-in ones, with commas between")
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"))
    options = parser.parse_args()
    unknown = set(options.factors) - set(SIZES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: give some of {', '.join(SIZES)}")
    return options


def main() -> None:
    """Measure what is asked for."""
    options = parse_arguments()
    load = os.getloadavg()[0]
    options.output.mkdir(parents=True, exist_ok=True)
    for factor in options.factors:
        sizes = map(int, options.sizes.split(",")) if options.sizes else SIZES[factor]
        measure_growth(factor, list(sizes), options.rounds, options.output)
    write_report(options.output, load)


if __name__ == "__main__":
    main()
