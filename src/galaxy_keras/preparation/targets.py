"""The target of a training run: encoded, scaled, with its positive class and its scorers."""

from __future__ import annotations

import logging

import numpy as np

from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.data.encodings.values import ValueScaling
from galaxy_keras.data.positive_class import (
    check_positive_class,
    choose_positive_class,
    describe_positive_class,
    is_more_frequent,
)
from galaxy_keras.data.predictions import explain_missing_probabilities
from galaxy_keras.data.raw_targets import encode_values, fit_scaling, restore_scaling
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.targets import Target, encode_classes, read_regression_values
from galaxy_keras.errors import ConfigurationError, escape_name, list_names
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.preparation.reading import encode_like, parse_values
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import format_shape
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.training.one_class import find_class_of_score
from galaxy_keras.schema.training.output_layer import find_output_layer, infer_target_kind
from galaxy_keras.schema.training.scorers import check_scorers
from galaxy_keras.schema.training.targets import TargetDescription

MIN_CLASS_ROWS = 10
"""Below so many training rows of a class there is a warning."""

logger = logging.getLogger(__name__)


def encode_target(
    run: TrainingRequest, model: ModelToTrain, table: TableColumns | None
) -> Target | None:
    """Return the encoded target of all rows, with its positive class; None without a table.

    Raises
    ------
    DataError, ConfigurationError
        If the table does not fit the network or the initial model, or there is no such class.
    """
    if table is None:
        return None
    target = _encode_columns(model, table)
    if run.pos_label is None:
        return target
    if model.initial_model is None:
        return choose_positive_class(target, run.pos_label)
    check_positive_class(target.description, run.pos_label)
    return target


def choose_positive_label(run: TrainingRequest, model: ModelToTrain | None) -> TrainingRequest:
    """Return the request with the positive class of the builder, where it has none of its own."""
    if run.pos_label is not None or model is None or not model.settings.targets:
        return run
    label = model.settings.targets[0].encoding.options.get("positive")
    return run if label is None else run.model_copy(update={"pos_label": label})


def scale_target(model: ModelToTrain, target: Target, split: Split) -> ValueScaling | None:
    """Return how values are scaled, fitted on the rows to train on; None where they are not.

    Raises
    ------
    DataError
        If a value cannot be scaled so.
    """
    scaling = (
        fit_scaling(model.settings, target, split.train)
        if model.initial_model is None
        else restore_scaling(model.initial_model)
    )
    if scaling is not None:
        encode_values(scaling, target)
    return scaling


def check_target_scorers(
    run: TrainingRequest, model: ModelToTrain, target: Target | None
) -> tuple[str, ...]:
    """Return the names of the scorers, checked.

    Without a target they are checked against what the network is made for.

    Raises
    ------
    ConfigurationError
        If a scorer is unknown, or does not suit the target.
    """
    kind = _infer_kind(model) if target is None else target.description.kind
    units = _count_outputs(model.architecture)
    missing = explain_missing_probabilities(model.architecture, model.settings, kind)
    if missing and "predictions" in run.outputs:
        logger.warning("--output-predictions holds %s: %s.", missing.outputs, missing.reason)
    return check_scorers(
        run.scoring,
        "binary" if kind == "multiclass" and units == 2 else kind,
        "--scoring",
        outputs=units if kind == "regression" else 1,
        no_probabilities="" if missing is None else missing.text,
    )


def tell_positive_class(
    run: TrainingRequest, model: ModelToTrain, target: Target, scorers: tuple[str, ...]
) -> None:
    """Log which of two classes is the positive one; warn where that may not be meant."""
    description = target.description
    if description.positive_class is None:
        return
    said = describe_positive_class(target, chosen=run.pos_label is not None)
    names = [*scorers, *(metric.label for metric in model.settings.metrics)]
    of_class = [
        name for name in names if find_class_of_score(name, description, model.settings) is not None
    ]
    unasked = run.pos_label is None and model.initial_model is None
    if of_class and unasked and is_more_frequent(target):
        logger.warning(
            "%s and the more frequent one. Scores of this class: %s. For those of the other one "
            "%s.",
            said,
            list_names(of_class),
            _advise_on_positive_class(description),
        )
    else:
        logger.info("%s.", said)


def warn_about_rare_classes(target: Target, split: Split) -> None:
    """Warn of classes that have too few training rows to be learned."""
    labels = target.description.labels
    codes = target.codes[split.train]
    if not labels:
        return
    counts = codes.sum(axis=0) if codes.ndim == 2 else np.bincount(codes, minlength=len(labels))
    rare = [
        f"{label} ({count})"
        for label, count in zip(labels, counts.tolist(), strict=True)
        if count < MIN_CLASS_ROWS
    ]
    if rare:
        logger.warning(
            "Classes with fewer than %d training rows can hardly be learned: %s. Give more rows of "
            "them, or make one class of several.",
            MIN_CLASS_ROWS,
            list_names(rare),
        )


def _encode_columns(model: ModelToTrain, table: TableColumns) -> Target:
    if model.initial_model is not None and not model.initial_model.target.assumed:
        return encode_like(model.initial_model.target, table)
    outputs = _count_outputs(model.architecture)
    if model.settings.task == "regressor":
        return read_regression_values(
            parse_values(table), table.names, outputs=outputs, given=table.values
        )
    exclusive = _infer_kind(model) == "multiclass"
    return encode_classes(table.values, table.names, outputs=outputs, exclusive=exclusive)


def _advise_on_positive_class(description: TargetDescription) -> str:
    if description.one_hot:
        return "give the target as one column of labels, and --pos-label"
    return f"give --pos-label {escape_name(str(description.labels[0]))}"


def _infer_kind(model: ModelToTrain) -> TargetKind:
    return infer_target_kind(find_output_layer(model.architecture), model.settings)


def _count_outputs(architecture: Architecture) -> int:
    layer = find_output_layer(architecture)
    if len(layer.shape) != 2 or layer.units is None:
        raise ConfigurationError(
            f"{layer.where}, has the output shape {format_shape(layer.shape)}, but a table of "
            "targets needs (outputs,). End the network with a Dense layer, after Flatten or a "
            "pooling layer"
        )
    return layer.units
