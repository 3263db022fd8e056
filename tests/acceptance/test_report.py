"""`ml-visualization-ex report` as users call it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from galaxy_keras.artefacts.models.fitted import write_fitted
from galaxy_keras.schema.training.targets import TargetDescription
from tests.plots.report.conftest import make_model
from tests.processes import run_process

from .conftest import Run, write_rows

COMMAND = ("ml-visualization-ex", "report")
TABLES = ["--true", "y.tsv", "--true-header", "--scores", "p.tsv", "--scores-header"]
HEAVY = {"keras", "tensorflow", "matplotlib", "numpy", "jinja2", "h5py"}


@pytest.fixture(autouse=True)
def files(run: Run) -> None:
    """Write a model and tables as keras-train-and-eval does."""
    coding = TargetDescription(kind="binary", names=("answer",), classes=("no", "yes"))
    write_fitted(Path("fitted.h5mlm"), make_model(coding), [])
    write_rows("y.tsv", [["answer"], ["yes"], ["no"]])
    write_rows("p.tsv", [["no", "yes"], [0.9, 0.1], [0.6, 0.4]])


def test_report_of_what_training_writes(run: Run) -> None:
    result = run(*COMMAND, "--model", "fitted.h5mlm", *TABLES, "--output", "r.html")
    assert "Accuracy: 0.500 (0.000 to 1.000)" in result.stderr
    page = Path("r.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "--scores p.tsv \\\n    --scores-header" in page


def test_report_loads_no_keras(run: Run) -> None:
    code = (
        "import sys; from galaxy_keras.tools.ml_visualization_ex import main; "
        f"main(['report', '--model', 'fitted.h5mlm', *{TABLES!r}, '--output', 'r.html'], "
        "standalone_mode=False); sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    assert run_process([sys.executable, "-c", code]).returncode == 0


def test_tables_that_make_no_sense_alone_are_refused_without_heavy_libraries(run: Run) -> None:
    code = (
        "import sys; from galaxy_keras.tools.ml_visualization_ex import main\n"
        "try:\n    main(['report', '--model', 'm', '--true', 'y.tsv', '--output', 'r.html'])\n"
        "finally:\n    print(*sys.modules)"
    )
    done = run_process([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 3
    assert "--true needs predictions of the same rows" in done.stderr
    assert not HEAVY & set(done.stdout.split())


def test_labels_as_numbers_of_another_model(run: Run) -> None:
    write_rows("y.tsv", [["answer"], ["1"], ["0"]])
    result = run(*COMMAND, "--model", "fitted.h5mlm", *TABLES, "--output", "r.html", code=4)
    assert 'the model knows no class "0"; it was trained on no, yes' in result.stderr
    assert not Path("r.html").exists()
