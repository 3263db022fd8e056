"""No command infers the shapes of a network more than once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from galaxy_keras.tools import keras_model_builder, keras_model_config, keras_train_and_eval

from galaxy_keras.schema.architecture.shapes import inference

LAYERS = (
    "--layer=Embedding input_dim=9 output_dim=2",
    "--layer=LSTM units=2",
    "--layer=Dense units=1 activation=sigmoid",
)
BUILDER = ("--model-config=model.json", "--task=classifier", "--optimizer=adam")
TABLES = ("--model=builder.zip", "--features=X.tsv", "--target=y.tsv")


@pytest.fixture
def inferred(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    names: list[str] = []
    infer = inference._infer

    def count(architecture, inputs):
        names.append(architecture.name)
        return infer(architecture, inputs)

    monkeypatch.setattr(inference, "_infer", count)
    return names


def run(command: click.Command, *arguments: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.stderr


def test_each_command_infers_shapes_once(
    inferred: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("X.tsv").write_text("1\t2\t3\n" * 20, encoding="utf-8")
    Path("y.tsv").write_text("0\n1\n" * 10, encoding="utf-8")
    config = ("--input-shape=3", *LAYERS, "--summary", "--output=model.json")
    run(keras_model_config.main, *config)
    assert inferred == ["sequential"]
    inferred.clear()
    run(keras_model_builder.main, *BUILDER, "--loss=binary_crossentropy", "--output=builder.zip")
    assert inferred == ["sequential"]
    inferred.clear()
    run(keras_train_and_eval.main, *TABLES, "--check")
    assert inferred == ["sequential"]
