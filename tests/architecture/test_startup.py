"""Help and wrong configurations come without heavy libraries, wrong data without TensorFlow."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.processes import run_process

from galaxy_keras.artefacts.models.builder import Builder, write_builder
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

HEAVY = {"keras", "tensorflow", "sklearn", "scipy", "pandas", "matplotlib", "h5py", "numpy", "PIL"}
COMMANDS = [
    "keras_model_config",
    "keras_model_builder",
    "keras_model_export",
    "keras_train_and_eval",
    "model_prediction",
    "ml_visualization_ex",
]
PROBE = """
import sys
from galaxy_keras.tools.{module} import main
try:
    main({arguments!r})
finally:
    sys.stdout.flush()
    print("\\nMODULES", *sorted(name for name in sys.modules if "." not in name))
"""


def run_probe(module: str, *arguments: str, folder: Path) -> tuple[int, str, set[str]]:
    """Return the exit status, the error text and the top-level modules that were imported."""
    code = PROBE.format(module=module, arguments=list(arguments))
    done = run_process([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder)
    modules = done.stdout.rpartition("MODULES ")[2].split()
    return done.returncode, done.stderr, set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=["help", "version"])
@pytest.mark.parametrize("module", COMMANDS)
def test_help_and_version_are_light(module: str, arguments: list[str], tmp_path: Path) -> None:
    code, _, modules = run_probe(module, *arguments, folder=tmp_path)
    assert code == 0
    assert not modules & (HEAVY | {"pydantic", "yaml"})


WRONG = {
    "a layer": (
        "keras_model_config",
        ["--input-shape", "4", "--layer", "Dense units=0", "--output", "m.json"],
        3,
        "layer 1 (Dense): parameter units must be",
    ),
    "a shape": (
        "keras_model_config",
        ["--input-shape", "4", "--layer", "LSTM units=3", "--output", "m.json"],
        3,
        "layer 1 (LSTM",
    ),
    "an optimizer": (
        "keras_model_builder",
        [
            *("--model-config", "model.json", "--task", "regressor", "--loss", "mse"),
            *("--optimizer", "adamm", "--output", "b.zip"),
        ],
        3,
        'Did you mean "Adam"?',
    ),
}


@pytest.mark.parametrize(("module", "arguments", "exit_code", "message"), WRONG.values(), ids=WRONG)
def test_wrong_configurations_are_light(
    module: str, arguments: list[str], exit_code: int, message: str, tmp_path: Path
) -> None:
    layers = ["--layer", "Dense units=1"]
    run_probe(
        "keras_model_config",
        *("--input-shape", "4", *layers, "--output", "model.json"),
        folder=tmp_path,
    )
    code, errors, modules = run_probe(module, *arguments, folder=tmp_path)
    assert code == exit_code, errors
    assert message in errors
    assert not modules & HEAVY


def test_configuring_and_building_need_no_keras(tmp_path: Path) -> None:
    code, errors, modules = run_probe(
        "keras_model_config",
        *("--input-shape", "4", "--layer", "Dense units=1", "--output", "model.json"),
        folder=tmp_path,
    )
    assert (code, modules & HEAVY) == (0, set()), errors
    code, errors, modules = run_probe(
        "keras_model_builder",
        *("--model-config", "model.json", "--task", "regressor", "--loss", "mse"),
        *("--optimizer", "adam", "--output", "b.zip"),
        folder=tmp_path,
    )
    assert (code, modules & HEAVY) == (0, set()), errors


TENSORFLOW = {"keras", "tensorflow", "jax"}
GOOD_FEATURES = "a\tb\n" + "1\t2\n3\t4\n" * 10
GOOD_TARGET = "no\nyes\n" * 10
# What each command is given wrong, beside the good rest: features, target, options, message.
WRONG_DATA = {
    "train: a bad cell": (
        "train", "a\tb\n" + "1\tx\n" * 20, GOOD_TARGET, [], '"x" is not a number',
    ),
    "train: too few columns": (
        "train", "a\n" + "1\n" * 20, GOOD_TARGET, [], "but the network takes 2",
    ),
    "train: rows": ("train", GOOD_FEATURES, "no\nyes\n", [], "has 20 data rows, but"),
    "train: labels": (
        "train", GOOD_FEATURES, "no\nyes\nwhy\nno\n" * 5, [], "the target has 3 different labels",
    ),
    "train: one label": ("train", GOOD_FEATURES, "no\n" * 20, [], "have the same label"),
    "train: a split": (
        "train", GOOD_FEATURES, GOOD_TARGET, ["--test-size", "20"], "asks for 20 of 20 rows",
    ),
    "train: a class too rare": (
        "train", GOOD_FEATURES, "no\n" * 19 + "yes\n", ["--split", "stratified"], "at least 2 rows",
    ),
    "train: a scorer": (
        "train", GOOD_FEATURES, GOOD_TARGET, ["--scoring", "roc_auc", "--test-size", "1"],
        'the scorer "roc_auc"',
    ),
    "predict: a bad cell": ("predict", "a\tb\n1\tx\n", "", [], '"x" is not a number'),
    "predict: columns": ("predict", "a\tc\n1\t2\n", "", [], 'has no column "b"'),
    "importances: a bad cell": ("draw", "a\tb\n1\tx\n", GOOD_TARGET, [], '"x" is not a number'),
    "importances: labels": (
        "draw", GOOD_FEATURES, "no\nwhy\n" * 10, [], "the model was not trained on: why",
    ),
    "importances: rows": ("draw", GOOD_FEATURES, "no\nyes\n", [], "has 2 rows of data, but"),
    "importances: a scorer": (
        "draw", GOOD_FEATURES, GOOD_TARGET, ["--scoring", "r2"], 'the scorer "r2"',
    ),
}  # fmt: skip
COMMAND_LINES = {
    "train": (
        "keras_train_and_eval",
        *("--model", "builder.zip", "--target", "y.tsv", "--seed", "1"),
        *("--output-model", "m.h5mlm", "--output-metrics", "m.tsv"),
    ),
    "predict": ("model_prediction", "--model", "fitted.h5mlm", "--output", "p.tsv"),
    "draw": (
        *("ml_visualization_ex", "permutation-importances"),
        *("--model", "fitted.h5mlm", "--target", "y.tsv", "--output", "i.png"),
    ),
}


def write_models(folder: Path) -> None:
    """Write a builder and a fitted model with two features and two classes."""
    architecture = parse_spec({"input_shape": "2", "layers": ["Dense units=1 activation=sigmoid"]})
    training = TrainingSettings.from_options(
        {"task": "classifier", "loss": "binary_crossentropy", "optimizer": "sgd", "metrics": []}
    )
    fitted = FittedModel(
        architecture=architecture,
        training=training,
        target=TargetDescription(kind="binary", classes=("no", "yes")),
        features=FeatureDescription(count=2, names=("a", "b")),
        weights=(),
    )
    write_builder(folder / "builder.zip", Builder(architecture=architecture, training=training))
    write_fitted(folder / "fitted.h5mlm", fitted, [])


@pytest.mark.parametrize(
    ("command", "features", "target", "options", "message"), WRONG_DATA.values(), ids=WRONG_DATA
)
def test_wrong_data_are_told_before_tensorflow_is_imported(
    command: str, features: str, target: str, options: list[str], message: str, tmp_path: Path
) -> None:
    write_models(tmp_path)
    (tmp_path / "X.tsv").write_text(features)
    (tmp_path / "y.tsv").write_text(target)
    module, *arguments = COMMAND_LINES[command]
    arguments += ["--features", "X.tsv", "--features-header", *options]
    code, errors, modules = run_probe(module, *arguments, folder=tmp_path)
    assert code in (3, 4, 5), errors
    assert message in errors
    assert not modules & TENSORFLOW
