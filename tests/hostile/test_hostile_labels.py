"""Text from data in pictures and in what Galaxy shows: it stays text."""

from __future__ import annotations

from pathlib import Path

import h5py
import pytest
from click.testing import CliRunner
from galaxy_keras.tools.keras_model_builder import main as keras_model_builder
from galaxy_keras.tools.keras_model_config import main as keras_model_config
from galaxy_keras.tools.ml_visualization_ex import main as ml_visualization_ex

SCRIPT = "<script>alert(1)</script>"
NOT_MATHEMATICS = r"$\frac{1}{$ cost"
LABELS = [SCRIPT, NOT_MATHEMATICS, '"><img src=x onerror=alert(1)>', "a]]>b", "--><b>"]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def draw(*arguments: str) -> None:
    result = CliRunner().invoke(ml_visualization_ex, arguments)
    assert result.exit_code == 0, result.output


@pytest.mark.slow
@pytest.mark.parametrize("name", ["matrix.svg", "matrix.html"])
def test_labels_and_title(name: str) -> None:
    Path("y.tsv").write_text("".join(f"{label}\n" for label in LABELS * 2))
    tables = ("--true", "y.tsv", "--predicted", "y.tsv", "--title", SCRIPT)
    draw("confusion-matrix", *tables, "--output", name)
    text = Path(name).read_bytes()
    assert SCRIPT.encode() not in text
    assert b"<img src=x" not in text
    assert b"--><b>" not in text


@pytest.mark.slow
def test_names_of_columns() -> None:
    Path("history.tsv").write_text(
        f"epoch\tloss\t{SCRIPT}\t{NOT_MATHEMATICS}\n1\t2\t3\t4\n2\t1\t2\t3\n"
    )
    draw("training-history", "--history", "history.tsv", "--output", "history.svg")
    assert SCRIPT not in Path("history.svg").read_text()


def test_what_galaxy_shows_of_a_model() -> None:
    runner = CliRunner()
    config = ("--input-shape", "3", "--layer", "Dense units=1", "--output", "m.json")
    named = runner.invoke(keras_model_config, [*config, "--name", "<script>"])
    if named.exit_code:
        assert "<script>" in named.stderr
        return
    settings = ("--task", "regressor", "--loss", "mse", "--optimizer", "adam")
    arguments = ["--model-config", "m.json", *settings, "--output", "b.h5mlm"]
    assert runner.invoke(keras_model_builder, arguments).exit_code == 0
    with h5py.File("b.h5mlm") as file:
        assert "<script>" not in file.attrs["-http_repr-"]
