"""Metadata that files of older tools lack, inferred from the network."""

from __future__ import annotations

import math

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.output_layer import find_output_layer, infer_target_kind
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import Label, TargetDescription


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
