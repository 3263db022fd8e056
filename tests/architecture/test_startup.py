"""Help, versions and wrong configurations come without heavy libraries."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.processes import run_process

HEAVY = {"keras", "tensorflow", "sklearn", "scipy", "pandas", "matplotlib", "h5py", "numpy"}
COMMANDS = [
    "keras_model_config",
    "keras_model_builder",
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
