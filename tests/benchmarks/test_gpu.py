"""The benchmark of GPUs runs, and counts what it says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from gpu import find_medians, format_result
from gpu_contender import OURS, Speed, Task
from gpu_networks import LARGE, SMALL, Size, build_architecture, count_operations, find_peak
from tests.processes import run_process

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "gpu.py"
TINY = Size(rows=4, length=5, units=3, image=4, filters=2, width=6)
TASK = Task(OURS, "dense", "float32", small=True, batch=8, repeats=1)


@pytest.mark.parametrize(
    ("network", "operations"),
    [
        # Three layers of 6 x 6, one of 6 x 10.
        ("dense", 2 * (3 * 36 + 60)),
        # In 5 steps 4 gates of (32 + 3) x 3, and 3 x 10.
        ("LSTM", 2 * (5 * 4 * 35 * 3 + 30)),
        # At 16 places 9 x 3 x 2 and 9 x 2 x 2, at 4 places 9 x 2 x 4 and 9 x 4 x 4, then 4 x 10.
        ("CNN", 2 * (16 * (54 + 36) + 4 * (72 + 144) + 40)),
    ],
)
def test_operations_of_a_row(network: str, operations: int) -> None:
    assert count_operations(build_architecture(network, TINY)) == operations


@pytest.mark.parametrize(
    ("card", "full", "half"),
    [
        ("NVIDIA H200", 494, 989),
        ("NVIDIA H100 80GB HBM3", 494, 989),
        ("NVIDIA H100 PCIe", 378, 756),
        ("NVIDIA A100-SXM4-40GB", 156, 312),
        ("NVIDIA A10", 62.5, 125),
        ("NVIDIA L4", 60, 121),
        ("Tesla T4", 8.1, 65),
        ("CPU", None, None),
        ("NVIDIA A10G", None, None),
    ],
)
def test_peaks_of_cards(card: str, full: float | None, half: float | None) -> None:
    assert find_peak(card, "float32") == full
    assert find_peak(card, "mixed_float16") == find_peak(card, "mixed_bfloat16") == half


def test_line_of_the_table() -> None:
    # 2 x (3 x 32 x 32 + 32 x 10) operations forward, three times as many in training.
    line = format_result(TASK, Speed(1e9, 400, "GPU"), Speed(5e8, 100, "GPU"), 40.0)

    assert line == (
        "| dense | float32 | 1,000,000,000 | 500,000,000 | 2.00 | 20.4 | 50.9% | 400 | 100 | 4.00 |"
    )


def test_share_of_an_unknown_peak_is_left_out() -> None:
    speed = Speed(1e9, 400, "GPU")

    assert "| 20.4 |  | 400 |" in format_result(TASK, speed, speed, None)


def test_medians_of_processes() -> None:
    speeds = [Speed(3, 10, "GPU"), Speed(1, 30, "GPU"), Speed(2, 20, "GPU")]

    assert find_medians(speeds) == Speed(2, 20, "GPU")


def test_networks_are_large_enough_for_a_card() -> None:
    networks = [build_architecture(each, LARGE) for each in ("LSTM", "CNN", "dense")]

    assert [round(count_operations(each) / 1e6) for each in networks] == [53, 192, 101]
    assert SMALL.rows < LARGE.rows


@pytest.mark.thorough
@pytest.mark.slow
def test_it_runs_without_a_card() -> None:
    command = [sys.executable, str(SCRIPT), "--allow-cpu", "--small", "--rounds", "1"]
    command += ["--repeats", "1", "--batch", "32", "--peak-tflops", "1", "2"]
    command += ["--networks", "LSTM", "dense", "--precisions", "mixed_bfloat16"]
    done = run_process(command, capture_output=True, text=True, check=True)
    device, _, header, _, *lines = done.stdout.splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    assert device.endswith(", batches of 32")
    assert header.startswith("| network | precision | training, samples/s | plain Keras | ratio |")
    assert [row[0] for row in rows] == ["LSTM", "dense"]
    for row in rows:
        ours, plain = (float(row[each].replace(",", "")) for each in (2, 3))
        assert float(row[4]) == pytest.approx(ours / plain, rel=0.05, abs=0.006)
        assert 0 < float(row[5]) < 1
        assert row[6].endswith("%")


@pytest.mark.slow
def test_it_asks_for_a_card() -> None:
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        pytest.skip("needs a machine without a GPU")
    done = run_process([sys.executable, str(SCRIPT)], capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr == (
        "TensorFlow detects no GPU. --allow-cpu --small shows that the benchmark runs\n"
    )
