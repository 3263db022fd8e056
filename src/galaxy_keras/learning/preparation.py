"""Checks everything that a run of training needs, before Keras is imported."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.builder import Builder
from galaxy_keras.artefacts.fitted import FittedModel
from galaxy_keras.artefacts.models import read_model
from galaxy_keras.artefacts.tables import Features, read_columns, read_features
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.errors import ConfigurationError, DataError, Problems
from galaxy_keras.learning.decisions import OutputScale, find_output_scale
from galaxy_keras.learning.features import InputColumns, assign_columns, check_indices
from galaxy_keras.learning.feature_order import match_features
from galaxy_keras.learning.scoring import check_scorers
from galaxy_keras.learning.splitting import Split, split_rows
from galaxy_keras.learning.targets import Target, code_classes, code_numbers, recode
from galaxy_keras.learning.weighting import BALANCED, balance_classes, weigh_classes
from galaxy_keras.schema.architecture import Architecture
from galaxy_keras.schema.compatibility import check_compatibility
from galaxy_keras.schema.features import FeatureDescription
from galaxy_keras.schema.hyperparameters import set_hyperparameters
from galaxy_keras.schema.runs import TableSource, TrainingRun
from galaxy_keras.schema.shapes import infer_shapes
from galaxy_keras.schema.training import TrainingSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preparation:
    """A run that has been checked.

    Attributes
    ----------
    architecture, settings
        With all hyperparameters replaced.
    earlier
        The fitted model that training goes on from, or None.
    features
        The table, its columns in the order of the model.
    description
        What is stored of the features.
    inputs
        Which columns each input of the network takes.
    target
        Coded.
    split
        The rows of each part.
    weights
        How much each training row counts, in the order of `split.train`, or None.
    scorers
        Names of the scorers to use.
    seed
        Or None.
    """

    architecture: Architecture
    settings: TrainingSettings
    earlier: FittedModel | None
    features: NDArray[Any]
    description: FeatureDescription
    inputs: tuple[InputColumns, ...]
    target: Target
    split: Split
    weights: NDArray[np.float32] | None
    scorers: tuple[str, ...]
    scale: OutputScale
    seed: int | None


def prepare_training(run: TrainingRun) -> Preparation:
    """Read and check the model, the tables, the target, the split and the scorers.

    Raises
    ------
    GalaxyKerasError
        With all the problems that could be found together.
    """
    architecture, settings, earlier = _read_settings(run)
    problems = Problems()
    with problems.collecting():
        features, description = _read_features(run.features, earlier)
    with problems.collecting():
        columns = _read_target(run.target)
    problems.raise_if_any()
    _check_rows(run, len(features), len(columns.values[0]))
    with problems.collecting():
        inputs = _check_inputs(run.features, architecture, features, description)
    with problems.collecting():
        target = _code_target(columns, architecture, settings, earlier)
    problems.raise_if_any()
    split = _split(run, target)
    scale = find_output_scale(settings)
    return Preparation(
        architecture=architecture,
        settings=settings,
        earlier=earlier,
        features=features,
        description=description,
        inputs=inputs,
        target=target,
        split=split,
        weights=_weigh_rows(run, target, split.train),
        scorers=check_scorers(run.scoring, target, split.test, scale),
        scale=scale,
        seed=run.seed if run.seed is not None else settings.seed,
    )


def _read_settings(
    run: TrainingRun,
) -> tuple[Architecture, TrainingSettings, FittedModel | None]:
    model = read_model(run.model, weights=run.weights)
    architecture, settings = set_hyperparameters(
        model.architecture, model.training, run.assignments
    )
    for warning in check_compatibility(architecture, settings):
        logger.warning("%s", warning)
    if len(architecture.outputs) != 1:
        raise ConfigurationError(
            f"the network has {len(architecture.outputs)} outputs ({', '.join(architecture.outputs)}); "
            "it can be trained here only with one. Join them with a Concatenate layer"
        )
    return architecture, settings, model if isinstance(model, FittedModel) else None


def _read_features(
    source: TableSource, earlier: FittedModel | None
) -> tuple[NDArray[Any], FeatureDescription]:
    features = read_features(source.path, header=source.header, columns=source.columns)
    if earlier is not None:
        count = features.values.shape[1]
        order = order_columns(features.names, count, earlier.features, source.path)
        values = features.values if order is None else features.values[:, order]
        return values, earlier.features
    description = FeatureDescription(
        count=features.values.shape[1], names=features.names, dtype=str(features.values.dtype)
    )
    return features.values, description


def _check_rows(run: TrainingRun, rows: int, target_rows: int) -> None:
    if rows != target_rows:
        raise DataError(
            f"{run.features.path} has {rows} data rows, but {run.target.path} has {target_rows}; "
            "each row of features needs its target. Check --features-header and --target-header"
        )


def _check_inputs(
    source: TableSource,
    architecture: Architecture,
    values: NDArray[Any],
    columns: Sequence[int],
) -> tuple[InputColumns, ...]:
    inputs = assign_columns(architecture, values.shape[1])
    first_row = 2 if source.header else 1
    check_indices(values, inputs, columns=columns, first_row=first_row, path=source.path)
    return inputs


def _code_target(
    table: TableColumns,
    architecture: Architecture,
    settings: TrainingSettings,
    earlier: FittedModel | None,
) -> Target:
    if earlier is not None:
        return recode(earlier.target, table.values)
    outputs = _count_outputs(architecture)
    if settings.task == "regressor":
        return code_numbers(table.values, table.names, outputs=outputs)
    exclusive = is_exclusive(architecture, settings)
    return code_classes(table.values, table.names, outputs=outputs, exclusive=exclusive)


def _count_outputs(architecture: Architecture) -> int:
    name = architecture.outputs[0]
    shape = infer_shapes(architecture)[name].output
    if len(shape) != 2 or shape[1] is None:
        raise ConfigurationError(
            f"the last layer, {architecture.describe(name)}, has the output shape {show_shape(shape)}, "
            "but a table of targets needs (outputs,). Add a Flatten or Dense layer at the end"
        )
    return shape[1]


def _split(run: TrainingRun, target: Target) -> Split:
    rows = len(target.codes)
    groups = None if run.groups is None else _read_column(run.groups, rows, "--groups")
    strata = None if target.coding.kind == "regression" else _label_rows(target)
    return split_rows(rows, run.test, run.validation, strata=strata, groups=groups)


def _label_rows(target: Target) -> NDArray[Any]:
    """Return one label for each row; several 0 and 1 become one text."""
    codes = target.codes
    if codes.ndim == 1:
        return codes
    return np.array(["".join(map(str, row)) for row in codes])


def _read_column(source: TableSource, rows: int, option: str) -> NDArray[Any]:
    table = read_columns(source.path, header=source.header, columns=source.columns)
    if len(table.values) != 1:
        raise DataError(
            f"{option} takes one column, but {source.path} gives {len(table.values)}. "
            f"Select one with {option}-columns"
        )
    column = table.values[0]
    if len(column) != rows:
        raise DataError(
            f"{source.path} has {len(column)} data rows, but the features have {rows}. "
            f"Check {option}-header"
        )
    return column


def _weigh_rows(
    run: TrainingRun, target: Target, rows: NDArray[np.intp]
) -> NDArray[np.float32] | None:
    by_class = _weigh_classes(run, target, rows)
    if run.sample_weights is None:
        return by_class
    column = _read_column(run.sample_weights, len(target.codes), "--sample-weights")
    if column.dtype.kind not in "if" or column.min() < 0:
        raise DataError(
            f"{run.sample_weights.path} must hold numbers of at least 0 to weigh rows with. "
            "Check --sample-weights-columns"
        )
    by_row: NDArray[np.float32] = column[rows].astype(np.float32)
    return by_row if by_class is None else by_row * by_class


def _weigh_classes(
    run: TrainingRun, target: Target, rows: NDArray[np.intp]
) -> NDArray[np.float32] | None:
    if run.class_weight is None:
        return None
    if run.class_weight == BALANCED:
        return balance_classes(target, rows)
    return weigh_classes(target, rows, read_class_weights(Path(run.class_weight)))
