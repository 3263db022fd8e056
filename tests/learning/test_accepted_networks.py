"""What the checks before Keras accept, Keras builds, and takes a step of training with.

Each layer is tried with values of its options and with data types beyond the usual ones: a sample
of these networks in quick tests, more in thorough ones, all 3,600 where GALAXY_KERAS_NETWORKS is
set, which takes a quarter of an hour.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.errors import ConfigurationError, GalaxyKerasError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.compiling import CompiledOutput, compile_model
from galaxy_keras.learning.computing import translating_missing_operations
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.compatibility import check_compatibility
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.literals import parse_call

from .test_shapes_agree_with_keras import CASES

DTYPES = ("float64", "bfloat16", "float16", "mixed_float16", "mixed_bfloat16")
VALUES: dict[Kind, tuple[Any, ...]] = {
    Kind.REGULARIZER: ("l2", "OrthogonalRegularizer"),
    Kind.CONSTRAINT: ("MaxNorm axis=1", "UnitNorm axis=3"),
    Kind.INITIALIZER: ("Orthogonal", "Identity"),
    Kind.ACTIVATION: ("softmax", "glu"),
    Kind.NUMBERS: ([1.0, 2.0, 3.0], [[1.0, 2.0], [3.0, 4.0]]),
    Kind.AXES: (1, -2, [1, 2]),
    Kind.INTEGER: (2, 3, 7),
    Kind.NUMBER: (0, 0.5, 1),
    Kind.RANGE: (0.5, [0.1, 0.2]),
}
SETTINGS = TrainingSettings.model_validate({"task": "regressor", "loss": "mse", "optimizer": "sgd"})
ROWS = 4
IF_ASKED = pytest.mark.skipif(
    "GALAXY_KERAS_NETWORKS" not in os.environ,
    reason="takes a quarter of an hour: run GALAXY_KERAS_NETWORKS=1 pytest "
    "tests/learning/test_accepted_networks.py",
)


def list_values(parameter: Parameter) -> tuple[Any, ...]:
    if parameter.kind is Kind.BOOLEAN:
        return (not parameter.default,)
    if parameter.kind is Kind.CHOICE:
        return parameter.choices
    return VALUES.get(parameter.kind, ())


def iterate_changes(name: str) -> Iterator[dict[str, Any]]:
    yield {}
    yield from ({"dtype": dtype} for dtype in DTYPES)
    for parameter in LAYERS.get(name).parameters:
        for value in list_values(parameter):
            yield {parameter.name: value}
        if parameter.kind is Kind.REGULARIZER:
            yield from ({parameter.name: "l2", "dtype": dtype} for dtype in DTYPES)


def iterate_networks(step: int) -> Iterator[tuple[str, Architecture]]:
    """Yield the networks that are accepted, of each `step`-th layer, with a description."""
    for shapes, call in CASES[::step]:
        listed = shapes if isinstance(shapes, list) else [shapes]
        sized = [tuple(size or 5 for size in shape) for shape in listed]
        name, options = parse_call(call)
        for changes in iterate_changes(name):
            try:
                yield f"{call} with {changes}", join_layers(sized, name, {**options, **changes})
            except GalaxyKerasError:
                continue


def join_layers(shapes: list[tuple[int, ...]], name: str, options: dict[str, Any]) -> Architecture:
    inputs = [f"input_{number}" for number in range(len(shapes))]
    architecture = parse_spec(
        {
            "layers": [
                *(
                    {"type": "Input", "name": each, "shape": shape}
                    for each, shape in zip(inputs, shapes, strict=True)
                ),
                {"type": name, "name": "layer", "inputs": inputs, **options},
                "Flatten",
                "Dense units=1",
            ]
        }
    )
    check_compatibility(architecture, SETTINGS)
    return architecture


def train_one_step(architecture: Architecture) -> None:
    model = build_model(architecture)
    compile_model(model, SETTINGS, [CompiledOutput(SETTINGS, "regression")], jit_compile=False)
    model.run_eagerly = True
    # Whole numbers from 0, which an Embedding of any size takes.
    samples = [np.zeros((ROWS, *each.shape[1:]), np.float32) for each in model.inputs]
    with translating_missing_operations("float32"):
        model.train_on_batch(samples if len(samples) > 1 else samples[0], np.zeros((ROWS, 1)))


@pytest.mark.parametrize(
    ("layers", "step"),
    [
        pytest.param(29, 9, id="some"),
        pytest.param(3, 7, id="more", marks=pytest.mark.thorough),
        pytest.param(1, 1, id="all", marks=[pytest.mark.thorough, IF_ASKED]),
    ],
)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_accepted_networks_can_be_trained(layers: int, step: int) -> None:
    failed = {}
    tried = 0
    for description, architecture in itertools.islice(iterate_networks(layers), 0, None, step):
        tried += 1
        try:
            train_one_step(architecture)
        except ConfigurationError as error:
            # Which data types and layouts a CPU can compute is known when it happens.
            assert "this device has no operation" in str(error)  # noqa: PT017
        except Exception as error:
            failed[description] = f"{type(error).__name__}: {error}"[:300]
    assert failed == {}
    assert tried > 5
    keras.backend.clear_session()
