"""Writes the outputs of a training run, all or none."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.artefacts.models.signing import sign_file
from galaxy_keras.artefacts.tables import write_table
from galaxy_keras.data.answers import (
    tabulate_all_predicted,
    tabulate_all_probabilities,
    tabulate_all_true,
)
from galaxy_keras.data.examples import tabulate_examples
from galaxy_keras.data.exchange import write_description
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.learning.exporting import export_model
from galaxy_keras.learning.training import TrainingResult
from galaxy_keras.schema.requests.export import name_encodings
from galaxy_keras.schema.training.hyperparameters import list_hyperparameters

_MODELS = ("model", "keras")

logger = logging.getLogger(__name__)


def write_results(
    result: TrainingResult, outputs: Mapping[str, Path], key: bytes | None = None
) -> None:
    """Write the outputs that are asked for, by the names of `schema.runs.TRAINING_OUTPUTS`.

    Parameters
    ----------
    result
        The result of the run.
    outputs
        Paths by what they hold.
    key
        Key to sign the fitted model with; None leaves it unsigned.

    Raises
    ------
    DataError
        If a file cannot be written; then none is changed.
    """
    try:
        tables = _tabulate(result)
    except BaseException:
        rescue_model(replace(result.fitted, metrics={}), outputs=outputs, key=key)
        raise
    _write_files(result.fitted, tables, outputs, key)


def rescue_model(
    fitted: FittedModel,
    finished: int | None = None,
    *,
    outputs: Mapping[str, Path],
    key: bytes | None = None,
) -> None:
    """Write a model that was trained but not evaluated, and its history, and say so.

    Parameters
    ----------
    fitted
        The model.
    finished
        The number of finished epochs where its training was interrupted; None where its
        evaluation failed.
    outputs, key
        As in `write_results`; the other outputs are left unchanged.

    Raises
    ------
    DataError
        If a file cannot be written; then none is changed.
    """
    _write_files(fitted, {"history": tabulate_history(fitted.history)}, outputs, key)
    reason = "The network was trained, but its evaluation failed. The trained model"
    if finished is not None:
        reason = (
            f"The training was interrupted. The model after epoch {finished} of "
            f"{fitted.training.epochs}, the last one that was finished,"
        )
    logger.warning(
        "%s is written to %s, without scores; other outputs that need the hold-out are not "
        "written.",
        reason,
        outputs["model"],
    )


def tabulate_metrics(metrics: Mapping[str, float]) -> OutputTable:
    """Return one row of metrics, sorted by name."""
    names = sorted(metrics)
    return OutputTable(names, [np.array([metrics[name]]) for name in names])


def tabulate_history(history: Mapping[str, list[float]]) -> OutputTable:
    """Return one row for each epoch, counted from 1."""
    epochs = len(next(iter(history.values()), []))
    columns = [np.arange(1, epochs + 1), *(np.array(values) for values in history.values())]
    return OutputTable(["epoch", *history], columns)


def _tabulate(result: TrainingResult) -> dict[str, OutputTable]:
    fitted = result.fitted
    tables = {
        "metrics": tabulate_metrics(fitted.metrics),
        "history": tabulate_history(fitted.history),
        "true": tabulate_all_true(result.answers).with_ids(result.ids),
        "predictions": tabulate_all_probabilities(result.answers).with_ids(result.ids),
        "labels": tabulate_all_predicted(result.answers).with_ids(result.ids),
    }
    if result.examples is not None:
        tables["examples"] = tabulate_examples(result.examples, result.ids, result.answers)
    return tables


def _write_files(
    fitted: FittedModel,
    tables: Mapping[str, OutputTable],
    outputs: Mapping[str, Path],
    key: bytes | None,
) -> None:
    """Write the model and the tables that are asked for, all or none."""
    with ExitStack() as stack:
        paths = {
            name: stack.enter_context(writing_atomically(path))
            for name, path in outputs.items()
            if name in _MODELS or name in tables
        }
        for name, table in tables.items():
            if name in paths:
                write_table(paths[name], table.names, table.columns)
        if "model" in paths:
            rows = list_hyperparameters(fitted.architecture, fitted.training)
            write_fitted(paths["model"], fitted, rows)
            if key is not None:
                sign_file(paths["model"], key)
        if "keras" in paths:
            export_model(fitted, "keras", paths["keras"])
            write_description(
                stack.enter_context(writing_atomically(name_encodings(outputs["keras"]))), fitted
            )
