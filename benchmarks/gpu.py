"""Compares training and prediction on a GPU with a plain Keras script.

Usage: gpu.py [--networks LSTM CNN dense] [--precisions float32 mixed_float16 mixed_bfloat16]
              [--batch 256] [--repeats 3] [--rounds 3] [--peak-tflops FULL HALF]
              [--allow-cpu] [--small]

Ours goes the way of the commands, from an architecture to `fit_model` and `Predictor`. Each side
computes in a process of its own, in turns; the first epoch and the first prediction do not count.
Printed are medians of samples per second, ours as a multiple of plain Keras, and the share of the
card's peak that the products in training take: 3 times those of a forward pass (`count_operations`
in gpu_networks.py), by the samples per second. `--small --allow-cpu` only shows that it runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from gpu_contender import OURS, PLAIN, Speed, Task
from gpu_networks import LARGE, PASSES, SMALL, build_architecture, count_operations, find_peak
from results import format_row

NETWORKS = ("LSTM", "CNN", "dense")
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
HEADER = (
    *("network", "precision", "training, samples/s", "plain Keras", "ratio", "TFLOP/s", "of peak"),
    *("prediction, samples/s", "plain Keras", "ratio"),
)


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=PRECISIONS)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=3, help="epochs and predictions a process")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each side")
    parser.add_argument("--peak-tflops", type=float, nargs=2, metavar=("FULL", "HALF"))
    parser.add_argument("--allow-cpu", action="store_true")
    parser.add_argument("--small", action="store_true")
    return parser.parse_args()


def run_task(task: Task) -> Speed:
    """Measure a task in a process of its own."""
    script = Path(__file__).with_name("gpu_contender.py")
    command = [sys.executable, str(script), json.dumps(task._asdict())]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{task.contender} ended:\n{done.stderr[-3000:]}")
    return Speed(**json.loads(done.stdout.splitlines()[-1]))


def check_device() -> None:
    """End the program where there is no GPU."""
    code = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    if done.stdout.split()[-1] == "0":
        sys.exit("TensorFlow detects no GPU. --allow-cpu --small shows that the benchmark runs")


def find_medians(speeds: list[Speed]) -> Speed:
    """Return the medians of what the processes of one side measured."""
    train, predict, devices = zip(*speeds, strict=True)
    return Speed(statistics.median(train), statistics.median(predict), devices[0])


def format_result(task: Task, ours: Speed, plain: Speed, peak: float | None) -> str:
    """Return a line of the table; `peak` is in TFLOP/s."""
    architecture = build_architecture(task.network, SMALL if task.small else LARGE)
    rate = PASSES * count_operations(architecture) * ours.train / 1e12
    return format_row(
        [
            task.network,
            task.precision,
            *(f"{ours.train:,.0f}", f"{plain.train:,.0f}", f"{ours.train / plain.train:.2f}"),
            f"{rate:.3g}",
            f"{rate / peak:.1%}" if peak else "",
            *(f"{ours.predict:,.0f}", f"{plain.predict:,.0f}"),
            f"{ours.predict / plain.predict:.2f}",
        ]
    )


def choose_peak(options: argparse.Namespace, card: str, precision: str) -> float | None:
    """Return the peak that was given, or that of the card."""
    if options.peak_tflops:
        full, half = options.peak_tflops
        return float(full if precision == "float32" else half)
    return find_peak(card, precision)


def compare(options: argparse.Namespace, network: str, precision: str) -> tuple[str, str]:
    """Let both sides take turns; return the name of the device and a line of the table."""
    task = Task(OURS, network, precision, options.small, options.batch, options.repeats)
    speeds: dict[str, list[Speed]] = {OURS: [], PLAIN: []}
    for _ in range(options.rounds):
        for contender, measured in speeds.items():
            measured.append(run_task(task._replace(contender=contender)))
    ours, plain = (find_medians(each) for each in speeds.values())
    peak = choose_peak(options, ours.device, precision)
    return ours.device, format_result(task, ours, plain, peak)


def main() -> None:
    """Compare each network in each precision, and print the table."""
    options = parse_arguments()
    if not options.allow_cpu:
        check_device()
    lines = [format_row(HEADER), format_row(["---"] * len(HEADER))]
    for network in options.networks:
        for precision in options.precisions:
            device, line = compare(options, network, precision)
            print(f"{device}: {line}", file=sys.stderr, flush=True)
            lines.append(line)
    print(f"{device}, batches of {options.batch}\n", *lines, sep="\n")


if __name__ == "__main__":
    main()
