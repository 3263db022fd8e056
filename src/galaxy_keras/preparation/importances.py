"""Reads and checks what importances are computed on, before Keras is imported."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput
from galaxy_keras.artefacts.tables import read_columns
from galaxy_keras.data.predictions import explain_missing_probabilities
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError, DataError, list_names
from galaxy_keras.preparation.prediction import prepare_prediction
from galaxy_keras.preparation.reading import encode_like
from galaxy_keras.preparation.windows import Windows
from galaxy_keras.schema.requests.plots import ImportanceRequest
from galaxy_keras.schema.requests.runs import PredictionRequest, SampleRequest, TableSource
from galaxy_keras.schema.training.scorers import check_scorers
from galaxy_keras.schema.training.targets import TargetDescription

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImportancePreparation:
    """What permutation importances are computed on, checked.

    Attributes
    ----------
    fitted
        The model.
    output
        The output whose score it is.
    names
        The names of the features.
    values
        Shape (rows, features); at most as many rows as the request allows.
    target
        The target of these rows.
    scorer
        The canonical name of the scorer.
    batch_size
        Rows computed at once.
    rows
        The number of each of these rows in its file, counted from 1, shape (rows,).
    """

    fitted: FittedModel
    output: FittedOutput
    names: tuple[str, ...]
    values: NDArray[Any]
    target: Target
    scorer: str
    batch_size: int
    rows: NDArray[np.intp]

    def locate(self, row: int) -> str:
        """Return where a row of `values` (from 0) comes from, for messages."""
        return f"row {self.rows[row]} of the features"


def prepare_importances(run: ImportanceRequest) -> ImportancePreparation:
    """Read the model and both tables, and choose the rows to compute on.

    Raises
    ------
    ModelFileError
        If the model cannot be read.
    ConfigurationError
        If the model is not a fitted one, or the scorer does not fit it.
    DataError
        If a table cannot be read, does not fit the model, or they do not belong together.
    """
    features = SampleRequest(**dict(run.features))
    prediction = prepare_prediction(
        PredictionRequest(model=run.model, features=features, output=run.model)
    )
    fitted = prediction.fitted
    output, name = _choose_output(fitted.list_outputs(), run.scoring)
    scorer = _check_scorer(name, output)
    values = np.concatenate(
        [np.hstack([each.reshape(len(each), -1) for each in chunk]) for chunk in prediction.chunks]
    )
    target = _read_target(run.target, output.target, len(values), prediction.windows)
    rows = _choose_rows(len(values), run)
    return ImportancePreparation(
        fitted,
        output,
        fitted.features.names or tuple(f"Column {n}" for n in range(1, values.shape[1] + 1)),
        values[rows],
        target.take(rows),
        scorer,
        prediction.batch_size,
        rows + (2 if run.features.header else 1),
    )


def _choose_output(
    outputs: Sequence[FittedOutput], scoring: str | None
) -> tuple[FittedOutput, str | None]:
    """Return the output that is scored, and the scorer without the name of the output."""
    if len(outputs) == 1:
        return outputs[0], scoring
    names = [each.output.name for each in outputs]
    name, _, scorer = (part.strip() for part in (scoring or "").rpartition(":"))
    if name not in names:
        raise ConfigurationError(
            f"the model has the outputs {list_names(names)}, and importances are those for one of "
            f"them. Name it with its score: --scoring '{names[0]}: default', and its columns of "
            "the target with --target-columns"
        )
    return outputs[names.index(name)], scorer


def _check_scorer(name: str | None, fitted: FittedOutput) -> str:
    target = fitted.target
    kind = target.kind
    if kind == "multiclass" and len(target.labels) == 2:
        kind = "binary"
    outputs = target.columns if kind == "regression" else 1
    output = fitted.output
    missing = explain_missing_probabilities(output.layer, output.settings, target.kind)
    return check_scorers(
        (name,) if name else (),
        kind,
        "--scoring",
        outputs=outputs,
        no_probabilities="" if missing is None else missing.text,
    )[0]


def _read_target(
    source: TableSource, description: TargetDescription, rows: int, windows: Windows | None
) -> Target:
    table = read_columns(
        source.path, header=source.header, columns=source.columns, option="--target"
    )
    target = encode_like(description, table)
    if windows is not None and len(target.codes) == windows.rows:
        target = target.take(windows.ends)
    if len(target.codes) != rows:
        raise DataError(
            f"{source.path} has {len(target.codes):,} rows of data, but the features have "
            f"{rows:,}. Check --target-header and --features-header"
        )
    return target


def _choose_rows(count: int, run: ImportanceRequest) -> NDArray[np.intp]:
    if count <= run.rows:
        return np.arange(count)
    logger.info("Computed on %d of %d rows; --rows changes that.", run.rows, count)
    chosen = np.random.default_rng(run.seed).choice(count, run.rows, replace=False)
    return np.sort(chosen)
