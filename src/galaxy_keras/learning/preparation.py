"""Checks everything that a run of training needs, before Keras is imported."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.fitted import FittedModel
from galaxy_keras.artefacts.models import read_model
from galaxy_keras.artefacts.tables import Features, TableColumns
from galaxy_keras.catalogue.losses import TargetForm
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.learning.decisions import OutputScale, find_output_scale
from galaxy_keras.learning.features import InputColumns, assign_columns, check_indices
from galaxy_keras.learning.reading import (
    check_rows,
    describe_features,
    read_groups,
    read_target,
    read_training_features,
    read_weights,
)
from galaxy_keras.learning.scoring import try_scorers
from galaxy_keras.learning.splitting import Split, split_rows
from galaxy_keras.learning.targets import Target, code_classes, code_numbers, recode
from galaxy_keras.schema.architecture import Architecture
from galaxy_keras.schema.compatibility import check_compatibility
from galaxy_keras.schema.features import FeatureDescription
from galaxy_keras.schema.hyperparameters import set_hyperparameters
from galaxy_keras.schema.output_layer import (
    describe_output_layer,
    expect_target_kind,
    find_target_form,
)
from galaxy_keras.schema.runs import TrainingRun
from galaxy_keras.schema.scorers import check_scorers
from galaxy_keras.schema.shapes import show_shape
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
        Shape (rows, columns), the columns in the order of the model.
    description
        What is stored of the features.
    inputs
        Which columns each input of the network takes.
    target
        Coded.
    form
        How the target goes to the loss.
    scale
        What the outputs of the network are.
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
    form: TargetForm
    scale: OutputScale
    split: Split
    weights: NDArray[np.float32] | None
    scorers: tuple[str, ...]
    seed: int | None


def prepare_training(run: TrainingRun) -> Preparation:
    """Read and check the model, the tables, the target, the split and the scorers.

    Raises
    ------
    GalaxyKerasError
        With the problems that could be found together.
    """
    architecture, settings, earlier = _read_model(run)
    features, columns = _read_tables(run, earlier)
    problems = Problems()
    with problems.collecting():
        inputs = assign_columns(architecture, features.values.shape[1])
        check_indices(features, inputs, run.features.path)
    with problems.collecting():
        target = _code_target(columns, architecture, settings, earlier)
    problems.raise_if_any()
    split = _split(run, target)
    with problems.collecting():
        scorers = _check_scorers(run, target, split)
    with problems.collecting():
        weights = read_weights(run, target, split.train)
    problems.raise_if_any()
    return Preparation(
        architecture=architecture,
        settings=settings,
        earlier=earlier,
        features=features.values,
        description=describe_features(features) if earlier is None else earlier.features,
        inputs=inputs,
        target=target,
        form=find_target_form(settings.loss, target.coding.kind),
        scale=find_output_scale(architecture, settings),
        split=split,
        weights=weights,
        scorers=scorers,
        seed=settings.seed if run.seed is None else run.seed,
    )


def _read_model(run: TrainingRun) -> tuple[Architecture, TrainingSettings, FittedModel | None]:
    model = read_model(run.model, weights=run.weights)
    architecture, settings = set_hyperparameters(
        model.architecture, model.training, run.assignments
    )
    for warning in check_compatibility(architecture, settings):
        logger.warning("%s", warning)
    return architecture, settings, model if isinstance(model, FittedModel) else None


def _read_tables(run: TrainingRun, earlier: FittedModel | None) -> tuple[Features, TableColumns]:
    problems = Problems()
    with problems.collecting():
        features = read_training_features(run.features, earlier)
    with problems.collecting():
        columns = read_target(run.target)
    problems.raise_if_any()
    check_rows(run, len(features.values), len(columns.values[0]))
    return features, columns


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
    kind = expect_target_kind(describe_output_layer(architecture), settings)
    return code_classes(table.values, table.names, outputs=outputs, exclusive=kind == "multiclass")


def _count_outputs(architecture: Architecture) -> int:
    layer = describe_output_layer(architecture)
    if len(layer.shape) != 2 or layer.units is None:
        raise ConfigurationError(
            f"{layer.where}, has the output shape {show_shape(layer.shape)}, but a table of "
            "targets needs (outputs,). End the network with a Dense layer, after Flatten or a "
            "pooling layer"
        )
    return layer.units


def _split(run: TrainingRun, target: Target) -> Split:
    rows = len(target.codes)
    strata = None if target.coding.kind == "regression" else _label_rows(target)
    return split_rows(rows, run.test, run.validation, strata=strata, groups=read_groups(run, rows))


def _label_rows(target: Target) -> NDArray[Any]:
    """Return one label for each row; several 0 and 1 become one text."""
    codes = target.codes
    if codes.ndim == 1:
        return codes
    return np.array(["".join(map(str, row)) for row in codes])


def _check_scorers(run: TrainingRun, target: Target, split: Split) -> tuple[str, ...]:
    coding = target.coding
    two_classes = coding.kind == "multiclass" and len(coding.labels) == 2
    scorers = check_scorers(
        run.scoring,
        "binary" if two_classes else coding.kind,
        "--scoring",
        outputs=coding.columns if coding.kind == "regression" else 1,
    )
    try_scorers(scorers, Target(coding, target.codes[split.test]))
    return scorers
