from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from galaxy_keras.tools import (
    keras_model_builder,
    keras_model_config,
    keras_model_export,
    keras_train_and_eval,
    ml_visualization_ex,
    model_prediction,
)

COMMANDS: dict[str, click.Command] = {
    "keras-model-config": keras_model_config.main,
    "keras-model-builder": keras_model_builder.main,
    "keras-model-export": keras_model_export.main,
    "keras-train-and-eval": keras_train_and_eval.main,
    "model-prediction": model_prediction.main,
    "ml-visualization-ex": ml_visualization_ex.main,
}

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder; it must end with `code`."""
    monkeypatch.chdir(tmp_path)

    def run_command(name: str, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(COMMANDS[name], arguments, prog_name=name)
        assert result.exit_code == code, f"{name} {' '.join(arguments)}\n{result.output}"
        return result

    return run_command


Table = list[list[str]]


def read_rows(path: str) -> Table:
    return [line.split("\t") for line in Path(path).read_text().splitlines()]


def write_rows(path: str, rows: Sequence[Sequence[object]]) -> None:
    Path(path).write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
