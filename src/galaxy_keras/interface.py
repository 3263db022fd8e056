"""A fitted model for Python programs: `galaxy_keras.load` returns it."""

from __future__ import annotations

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel, describe_fitted
from galaxy_keras.data.predictions import (
    Predictions,
    explain_missing_probabilities,
    find_improbable,
)
from galaxy_keras.data.targets import decode_labels
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.preparation.batch_sizes import choose_batch_size
from galaxy_keras.preparation.prediction import read_fitted_model, restore_encodings
from galaxy_keras.preparation.samples import Samples, iterate_samples
from galaxy_keras.schema.architecture.memory import check_network_size
from galaxy_keras.schema.training.targets import Label

if TYPE_CHECKING:
    from galaxy_keras.learning.prediction import Predictor


class Model:
    """A fitted model.

    `galaxy_keras.load` makes it; the constructor is not part of the interface.
    """

    def __init__(self, fitted: FittedModel, path: Path) -> None:
        self._fitted = fitted
        self._encodings = restore_encodings(fitted, path)

    def __repr__(self) -> str:
        return f"<{describe_fitted(self._fitted).splitlines()[0]}>"

    @property
    def labels(self) -> tuple[Label, ...]:
        """The classes, in the order of the columns of `predict_proba`; empty for a regression."""
        return self._fitted.target.labels

    def predict(self, samples: Samples, *, header: bool | None = None) -> NDArray[Any]:
        """Return the label or the value of each sample.

        Parameters
        ----------
        samples
            The path of a file in any format of model-prediction that its name or its first row
            tells (a table, CSV); a data frame, whose columns are found by their names; or an array
            or lists with a sample in each row, in the order of the training. A model that was
            trained on raw samples takes these: texts, categories, numbers with gaps.
        header
            Whether the first row of a file holds the names of columns; None finds out: for CSV it
            does, for a model with encodings if the names are those of the training.

        Returns
        -------
        numpy.ndarray
            Labels as they were given, shape (rows,); for several labels or values a row, shape
            (rows, columns).

        Raises
        ------
        galaxy_keras.errors.DataError
            If the samples cannot be read or do not fit the model.
        """
        codes = np.concatenate([each.codes for each in self._predict(samples, header)])
        columns = decode_labels(self._fitted.target, codes)
        return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)

    def predict_proba(self, samples: Samples, *, header: bool | None = None) -> NDArray[np.float32]:
        """Return the probability of each class, shape (rows, classes), in the order of `labels`.

        Parameters
        ----------
        samples, header
            As for `predict`.

        Raises
        ------
        galaxy_keras.errors.ConfigurationError
            If the model gives no probabilities, as those of regressions.
        galaxy_keras.errors.DataError
            If the samples cannot be read or do not fit the model.
        """
        self._check_probabilities()
        predictions = self._predict(samples, header)
        if any(find_improbable(each) for each in predictions):
            raise ConfigurationError(
                "the outputs of the network are no probabilities: some are below 0 or above 1. "
                "Use predict"
            )
        return np.concatenate([each.probabilities for each in predictions])

    def _predict(self, samples: Samples, header: bool | None) -> list[Predictions]:
        chunks = iterate_samples(samples, self._fitted, self._encodings, header)
        batch_size = choose_batch_size(self._fitted.architecture)
        return [self._predictor.predict(each, batch_size=batch_size) for each in chunks]

    @cached_property
    def _predictor(self) -> Predictor:
        # TensorFlow takes seconds: the samples of the first call have been read by now.
        from galaxy_keras.learning.devices.backend import load_keras

        load_keras()
        from galaxy_keras.learning.prediction import Predictor

        return Predictor.from_fitted(self._fitted)

    def _check_probabilities(self) -> None:
        fitted = self._fitted
        if fitted.target.kind == "regression":
            raise ConfigurationError("a regressor gives values, not probabilities. Use predict")
        missing = explain_missing_probabilities(
            fitted.architecture, fitted.training, fitted.target.kind
        )
        if missing is not None and missing.outputs == "scores":
            raise ConfigurationError(f"the model gives no probabilities: {missing.text}")


def load_model(path: str | PathLike[str]) -> Model:
    """Return the fitted model in a file; see `galaxy_keras.load`."""
    fitted = read_fitted_model(Path(path))
    check_network_size(fitted.architecture)
    return Model(fitted, Path(path))
