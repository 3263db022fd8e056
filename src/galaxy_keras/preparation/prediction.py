"""Reads and checks what a fitted model predicts from, before Keras is imported."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables.samples import iterate_samples
from galaxy_keras.data.features import (
    arrange_inputs,
    assign_columns,
    check_indices,
    order_columns,
    take_columns,
)
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.preparation.batch_sizes import choose_batch_size
from galaxy_keras.preparation.memory import check_memory
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.memory import check_network_size, estimate_prediction
from galaxy_keras.schema.requests.runs import PredictionRun, TableSource

PIECE_BYTES = 8 * 2**20
NUMBER_BYTES = 4

Inputs = list[NDArray[Any]]
"""One array for each input of a model, all with the same number of rows."""


@dataclass(frozen=True)
class PredictionPreparation:
    """A run of prediction that has been checked up to the first piece of its table.

    Attributes
    ----------
    fitted
        The model.
    pieces
        The table, piece by piece; each is checked when its turn comes.
    batch_size
        Rows to compute at once.
    rows
        Of the table; None where it goes on behind the first piece.
    """

    fitted: FittedModel
    pieces: Iterator[Inputs]
    batch_size: int
    rows: int | None


def prepare_prediction(run: PredictionRun) -> PredictionPreparation:
    """Read the model and the first piece of the table.

    Raises
    ------
    ModelFileError
        If the model is not a fitted one, or cannot be read.
    ConfigurationError
        If the method or the threshold does not fit the model.
    DataError
        If the table cannot be read or does not fit the model.
    """
    fitted = _read_fitted(run)
    _check_method(run, fitted)
    check_network_size(fitted.architecture)
    pieces = iterate_inputs(fitted, run.features)
    first = next(pieces)
    batch_size = run.batch_size or choose_batch_size(fitted.architecture)
    _check_memory(fitted.architecture, first, batch_size)
    rows = len(first[0])
    return PredictionPreparation(
        fitted,
        pieces=itertools.chain([first], pieces),
        batch_size=batch_size,
        rows=rows if rows < _count_piece_rows(fitted) else None,
    )


def iterate_inputs(fitted: FittedModel, source: TableSource) -> Iterator[Inputs]:
    """Read a table in pieces, each as one array for each input of the model."""
    order: list[int] | None = None
    rows = _count_piece_rows(fitted)
    assigned = assign_columns(fitted.architecture, fitted.features.count)
    for number, piece in enumerate(iterate_samples(source, rows)):
        if number == 0:
            count = piece.values.shape[1]
            order = order_columns(piece.names, count, fitted.features, source.path)
        ordered = piece if order is None else take_columns(piece, order)
        check_indices(ordered, assigned, source.path)
        yield arrange_inputs(ordered.values, assigned)


def _count_piece_rows(fitted: FittedModel) -> int:
    return max(PIECE_BYTES // (fitted.features.count * NUMBER_BYTES), 1)


def _check_memory(architecture: Architecture, piece: Inputs, batch_size: int) -> None:
    estimate = estimate_prediction(
        architecture,
        batch_size=min(batch_size, len(piece[0])),
        data=sum(array.nbytes for array in piece),
    )
    check_memory(estimate, "Lower --batch-size, or ask for more memory for the job")


def _read_fitted(run: PredictionRun) -> FittedModel:
    model = read_model(run.model, weights=run.weights, key=run.require_signature)
    if not isinstance(model, FittedModel):
        raise ConfigurationError(
            f"{run.model} is a model builder: it has not been trained yet. "
            "Train it with keras-train-and-eval and give the fitted model"
        )
    return model


def _check_method(run: PredictionRun, fitted: FittedModel) -> None:
    kind = fitted.target.kind
    if run.method == "predict_proba" and kind == "regression":
        raise ConfigurationError(
            "--method predict_proba asks for probabilities of classes, but the model is a "
            "regressor. Use --method predict"
        )
    if run.threshold is not None and kind not in ("binary", "multilabel"):
        raise ConfigurationError(
            f"--threshold is for networks that end in sigmoid, and this model is {kind}. "
            "Leave the option out"
        )
