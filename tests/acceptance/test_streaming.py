"""--stream keeps features on disk: the same results, the same messages, memory that stays flat."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

from tests.processes import running

from .conftest import Run, write_rows

OUTPUTS = ["model", "metrics", "history", "true", "predictions"]
TABLES = ["--model", "builder.zip", "--features", "X", "--target", "y.tsv"]
ROWS = 40
DENSE = ["Dense units=4 activation=relu", "Dense units=1 activation=sigmoid"]
WORDS = ["Embedding input_dim=300 output_dim=2", "Flatten", "Dense units=1 activation=sigmoid"]
BASES = "ACGT"
SMALL_CHUNKS = "from galaxy_keras.preparation import prediction\nprediction.CHUNK_BYTES = 2**20\n"
own_memory = pytest.mark.skipif(
    not Path("/proc/self/status").exists(),
    reason="the system does not tell what memory of a process is its own",
)


def build(run: Run, width: int, layers: list[str], *settings: str, epochs: str = "2") -> None:
    options = [option for layer in layers for option in ("--layer", layer)]
    run("keras-model-config", "--input-shape", str(width), *options, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "adam"),
        *("--loss", "binary_crossentropy", "--metric", "acc", "--epochs", epochs),
        *("--batch-size", "7", "--seed", "5", "--output", "builder.zip", *settings),
    )
    write_rows("y.tsv", [[row % 2] for row in range(ROWS)])


def train(run: Run, folder: str, *options: str, model: str = "builder.zip") -> dict[str, bytes]:
    Path(folder).mkdir()
    outputs = [part for name in OUTPUTS for part in (f"--output-{name}", f"{folder}/{name}")]
    tables = ["--model", model, *TABLES[2:], "--scheme", "train-val-test"]
    run("keras-train-and-eval", *tables, *outputs, *options)
    return {name: Path(folder, name).read_bytes() for name in OUTPUTS}


def write_sparse(path: str) -> None:
    entries = [f"{row + 1} {row % 4 + 1} {row}.5\n" for row in range(ROWS)]
    header = "%%MatrixMarket matrix coordinate real general\n"
    Path(path).write_text(f"{header}{ROWS} 4 {ROWS}\n{''.join(entries)}")


def write_sequences(path: str) -> None:
    names = [f">{row}\n{BASES[row % 4]}\n" for row in range(ROWS)]
    Path(path).write_text("".join(names))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layers", "settings", "scale"),
    [(DENSE, (), 0.1), (WORDS, (), 1), (DENSE, ("--validation-steps", "1"), 1000)],
)
def test_tables_give_the_same_bytes(
    run: Run, temporary: Path, layers: list[str], settings: tuple[str, ...], scale: float
) -> None:
    build(run, 3, layers, *settings)
    write_rows("X", [[row * scale, row * scale * 3, 7] for row in range(ROWS)])
    kept = ("--checkpoint", "kept")
    assert train(run, "disk", "--stream", *kept) == train(run, "memory")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("features_format", "write"),
    [("matrix-market", write_sparse), ("fasta-dna", write_sequences)],
)
def test_other_formats_give_the_same_bytes(
    run: Run, temporary: Path, features_format: str, write: object
) -> None:
    build(run, 4, DENSE)
    assert callable(write)
    write("X")
    options = ("--features-format", features_format)
    assert train(run, "disk", *options, "--stream") == train(run, "memory", *options)


@pytest.mark.slow
def test_columns_in_another_order_are_trained_on_as_before(run: Run, temporary: Path) -> None:
    build(run, 2, DENSE)
    write_rows("X", [["a", "b"], *([row, row / 10] for row in range(ROWS))])
    train(run, "first", "--features-header")
    write_rows("X", [["b", "more", "a"], *([row / 10, 9, row] for row in range(ROWS))])
    again = partial(train, run, model="first/model")
    header = "--features-header"
    assert again("disk", header, "--stream") == again("memory", header)


@pytest.mark.parametrize("options", [(), ("--stream",)])
def test_what_is_wrong_is_named_by_its_row(
    run: Run, temporary: Path, options: tuple[str, ...]
) -> None:
    build(run, 2, WORDS)
    write_rows("X", [[row, 300 if row == 30 else 1] for row in range(ROWS)])
    result = run("keras-train-and-eval", *TABLES, "--check", *options, code=4)
    assert "X, row 31, column 2: the value is 300, but layer 1 (Embedding" in result.stderr
    write_rows("X", [[row, "x" if row == 30 else 1] for row in range(ROWS)])
    result = run("keras-train-and-eval", *TABLES, "--check", *options, code=4)
    assert 'X, row 31, column 2: "x" is not a number' in result.stderr
    write_rows("X", [[1, 1]] * (ROWS - 1))
    result = run("keras-train-and-eval", *TABLES, "--check", *options, code=4)
    assert "X has 39 data rows, but y.tsv has 40" in result.stderr


def test_memory_that_features_take(
    run: Run, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GALAXY_MEMORY_MB", "1")
    build(run, 10_000, ["Dense units=1 activation=sigmoid"])
    write_rows("X", [[0.5] * 10_000] * ROWS)
    result = run("keras-train-and-eval", *TABLES, "--check", code=3)
    # 40 * 10,000 numbers of four bytes.
    assert "the features of X need about 1.5 MiB, but only 1.0 MiB" in result.stderr
    result = run("keras-train-and-eval", *TABLES, "--check", "--stream")
    assert "The features are written to a temporary file of about 1.5 MiB in " in result.stderr
    assert "0.0 KiB for data" in result.stdout
    assert list(temporary.iterdir()) == []


def test_memory_that_features_take_beside_the_network(
    run: Run, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GALAXY_MEMORY_MB", "2")
    build(run, 10_000, ["Dense units=1 activation=sigmoid"])
    write_rows("X", [[0.5] * 10_000] * ROWS)
    result = run("keras-train-and-eval", *TABLES, "--check", code=3)
    assert "1.5 MiB for data), but only 2.0 MiB is available" in result.stderr
    assert "Give --stream, which keeps the features on disk" in result.stderr


@pytest.mark.slow
@own_memory
def test_memory_of_training_does_not_grow_with_the_rows(run: Run, temporary: Path) -> None:
    build(run, 3000, ["Dense units=1 activation=sigmoid"], epochs="1")
    outputs = ["--output-model", "model", "--output-metrics", "metrics"]
    peaks = []
    for rows in (1_000, 10_000):
        write_table(rows, 3000)
        write_rows("y.tsv", [[row % 2] for row in range(rows)])
        peaks.append(measure("keras_train_and_eval", *TABLES, *outputs, "--stream"))
    # The numbers alone take 108 MB more.
    assert peaks[1] - peaks[0] < 30 * 2**20


@pytest.mark.slow
@own_memory
def test_memory_of_prediction_does_not_grow_with_the_rows(run: Run, temporary: Path) -> None:
    build(run, 20, DENSE)
    write_table(ROWS, 20)
    train(run, "fitted")
    peaks = []
    for rows in (50_000, 450_000):
        write_table(rows, 20)
        options = ("--model", "fitted/model", "--features", "X", "--output", "p.tsv")
        peaks.append(measure("model_prediction", *options, before=SMALL_CHUNKS))
    # The numbers alone take 32 MB more.
    assert peaks[1] - peaks[0] < 15 * 2**20


def write_table(rows: int, columns: int) -> None:
    cells = ["0.5", "-3", ".25", "1e-3"] * columns
    line = "\t".join(cells[:columns])
    Path("X").write_text(f"{line}\n" * rows)


def measure(module: str, *arguments: str, before: str = "") -> int:
    """Return the most memory in bytes that a command takes, without the files that it maps."""
    program = f"{before}from galaxy_keras.tools.{module} import main\nmain()"
    command = [sys.executable, "-c", program, *arguments, "-q"]
    peak = 0
    with running(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, read_own_memory(process.pid))
            time.sleep(0.01)
    assert process.returncode == 0
    return peak


def read_own_memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 2**10
    return 0
