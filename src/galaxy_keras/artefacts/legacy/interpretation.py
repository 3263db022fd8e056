"""Metadata that files of older tools lack, inferred from the network."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from typing import Any

from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.output_layer import find_output_layer, infer_target_kind
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import Label, TargetDescription

_LOSSES = {
    "sigmoid": "binary_crossentropy",
    "hard_sigmoid": "binary_crossentropy",
    "softmax": "sparse_categorical_crossentropy",
}
_OPTIMIZER = "rmsprop"


def infer_feature_description(architecture: Architecture) -> FeatureDescription:
    """Infer the columns that a network takes, where its inputs are all of a fixed size.

    Raises
    ------
    ConfigurationError
        If an input has a dimension of any size.
    """
    count = 0
    for layer in architecture.input_layers:
        sample = layer.options["batch_shape"][1:]
        if None in sample:
            raise ConfigurationError(
                f"{architecture.describe(layer.name)} takes any size, and the file does not "
                "state with how many columns the network was trained. Give it a fixed size in the "
                "architecture JSON, and give that with --weights"
            )
        count += math.prod(sample)
    return FeatureDescription(count=count)


def infer_training(architecture: Architecture, compiled: object = None) -> TrainingSettings:
    """Infer how a network was trained.

    Parameters
    ----------
    architecture
        The network: with sigmoid or softmax at its end it is a classifier, else a regressor, unless
        its loss function says otherwise.
    compiled
        What it was compiled with, as Keras stores that. Loss function and optimizer are taken from
        it where they are in the catalogue, and others do for what is not there.

    Raises
    ------
    ConfigurationError
        If the network has several outputs.
    """
    activation = find_output_layer(architecture).activation or "linear"
    guessed = _LOSSES.get(activation)
    settings: dict[str, Any] = {
        "task": "classifier" if guessed else "regressor",
        "loss": guessed or "mean_squared_error",
        "optimizer": _OPTIMIZER,
    }
    document = compiled if isinstance(compiled, Mapping) else {}
    loss = _find_component(LOSSES, document.get("loss"))
    if loss is not None:
        task = LOSSES.get(str(loss["name"])).tasks[0]
        settings = _accept({**settings, "task": task, "loss": loss}, settings)
    for name in ("optimizer", "optimizer_config"):
        optimizer = _find_component(OPTIMIZERS, document.get(name))
        if optimizer is not None:
            settings = _accept({**settings, "optimizer": optimizer}, settings)
    return TrainingSettings.model_validate(settings)


def _accept(settings: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Return settings that can be used; `others` where a value in them is none of the catalogue."""
    with contextlib.suppress(ConfigurationError, ValueError):
        TrainingSettings.model_validate(settings)
        return settings
    return others


def _find_component(registry: Registry[Any], stored: object) -> dict[str, Any] | None:
    """Return the name and the options, of those that the catalogue knows, of a stored object."""
    name, config = stored, {}
    if isinstance(stored, Mapping):
        name, config = stored.get("class_name"), stored.get("config", {})
    entry = registry.find(name) if isinstance(name, str) else None
    if entry is None or not isinstance(config, Mapping):
        return None
    known = {each.name for each in entry.parameters}
    options = {name: value for name, value in config.items() if name in known and value is not None}
    return {"name": entry.name, "options": options}


def infer_target_description(
    architecture: Architecture, training: TrainingSettings, classes: list[Label] | None
) -> TargetDescription:
    """Infer what the outputs of a trained network mean.

    Parameters
    ----------
    architecture, training
        The network.
    classes
        The labels, where they are known; else they are 0, 1, 2, ...

    Raises
    ------
    ConfigurationError
        If the network has several outputs, or another number of units than there are classes.
    """
    layer = find_output_layer(architecture)
    kind, units = infer_target_kind(layer, training), layer.units or 1
    if kind == "regression":
        return TargetDescription(kind=kind, columns=units)
    if kind == "multilabel":
        return TargetDescription(
            kind=kind, columns=units, classes=tuple(range(units)), assumed=True
        )
    expected = max(units, 2)
    labels = classes or list(range(expected))
    if len(labels) != expected:
        raise ConfigurationError(
            f"{layer.where}, gives {units} outputs, but the file names {len(labels)} classes. "
            "The file is damaged"
        )
    return TargetDescription(kind=kind, classes=tuple(labels), assumed=classes is None)
