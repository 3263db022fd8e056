"""Bad input, tried with the real command, and what is said of it.

A case of ``cases.yaml`` changes something in a run that would work: `X.tsv` has 12 rows of two
numbers, `y.tsv` one number a row; all are tried with ``--check``.

===============  ================================================================================
``title``        What is wrong.
``replaced``     What the replaced tools do, where that is known.
``model``        ``reg``, ``cls`` (three classes), ``bin`` (two) or ``emb`` (an Embedding with
                 input_dim 12), or a file.
``X``, ``y``     A text, or changes: ``row`` and ``line`` (that row becomes that line),
                 ``replace`` (a pair of texts), ``before``, ``after``, ``encoding``, ``gzip`` (so
                 many bytes are missing).
``files``        Further files, as texts in Latin-1.
``options``      Of the command.
``environment``  Variables.
``code``         The exit code.
``said``         The lines on standard error.
===============  ================================================================================
"""

from __future__ import annotations

import gzip
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner
from galaxy_keras.tools.keras_model_builder import main as keras_model_builder
from galaxy_keras.tools.keras_model_config import main as keras_model_config
from galaxy_keras.tools.keras_train_and_eval import main as keras_train_and_eval

FILE = Path(__file__).with_name("cases.yaml")
FEATURES = "".join(f"{row}\t{10 - row % 7}\n" for row in range(12))
TARGET = "".join(f"{row * 1.5}\n" for row in range(12))
CLASSIFIER = ("--task", "classifier", "--optimizer", "adam", "--batch-size", "4", "--loss")
REGRESSOR = ("--task", "regressor", "--optimizer", "adam", "--batch-size", "4", "--loss", "mse")
MODELS = {
    "reg": (["Dense units=1"], REGRESSOR),
    "cls": (["Dense units=3 activation=softmax"], (*CLASSIFIER, "categorical_crossentropy")),
    "bin": (["Dense units=1 activation=sigmoid"], (*CLASSIFIER, "binary_crossentropy")),
    "emb": (["Embedding input_dim=12 output_dim=2", "Flatten", "Dense units=1"], REGRESSOR),
}
Case = dict[str, Any]


def read_cases() -> list[Case]:
    """Return the cases, and the headings between them as ``{"area": ...}``."""
    cases: list[Case] = yaml.safe_load(FILE.read_text())
    return cases


def write_models() -> None:
    """Write the builders (`reg.zip` ...) and their architectures into the working folder."""
    runner = CliRunner()
    for name, (layers, settings) in MODELS.items():
        options = [text for layer in layers for text in ("--layer", layer)]
        config = ["--input-shape", "2", *options, "--output", f"{name}.json"]
        assert runner.invoke(keras_model_config, config).exit_code == 0
        builder = ["--model-config", f"{name}.json", *settings, "--output", f"{name}.zip"]
        assert runner.invoke(keras_model_builder, builder).exit_code == 0


def try_case(case: Case) -> tuple[int, list[str]]:
    """Run the command in the working folder; return its exit code and what it said of faults."""
    Path("X.tsv").write_bytes(make_table(case.get("X", {}), FEATURES))
    Path("y.tsv").write_bytes(make_table(case.get("y", {}), TARGET))
    for name, text in case.get("files", {}).items():
        Path(name).write_bytes(text.encode("latin-1"))
    result = CliRunner(env=case.get("environment")).invoke(
        keras_train_and_eval, list(list_arguments(case)), prog_name="keras-train-and-eval"
    )
    return result.exit_code, result.stderr.splitlines()


def list_arguments(case: Case) -> Iterator[str]:
    model = case.get("model", "reg")
    yield from ("--model", f"{model}.zip" if model in MODELS else model)
    yield from ("--features", "X.tsv", "--target", "y.tsv", "--seed", "1", "--check")
    options = case.get("options", [])
    yield from shlex.split(options) if isinstance(options, str) else options


def make_table(change: str | Mapping[str, Any], text: str) -> bytes:
    if isinstance(change, str):
        return change.encode()
    lines = text.splitlines(keepends=True)
    if "row" in change:
        lines[change["row"] - 1] = change["line"] + "\n"
    text = change.get("before", "") + "".join(lines) + change.get("after", "")
    content = text.replace(*change.get("replace", ("", ""))).encode(change.get("encoding", "utf-8"))
    if "gzip" in change:
        packed = gzip.compress(content, mtime=0)
        return packed[: len(packed) - change["gzip"]]
    return content
