"""A fitted model for Python programs: `galaxy_keras.load` returns it."""

from __future__ import annotations

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput, describe_fitted
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
        self._outputs = fitted.list_outputs()

    def __repr__(self) -> str:
        return f"<{describe_fitted(self._fitted).splitlines()[0]}>"

    @property
    def labels(self) -> tuple[Label, ...] | dict[str, tuple[Label, ...]]:
        """The classes, in the order of the columns of `predict_proba`; empty for a regression.

        Of a model with several outputs those of each, by its name.
        """
        labels = {each.output.name: each.target.labels for each in self._outputs}
        return labels if len(labels) > 1 else self._fitted.target.labels

    def predict(
        self, samples: Samples, *, header: bool | None = None
    ) -> NDArray[Any] | dict[str, NDArray[Any]]:
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
        numpy.ndarray, or dict of them
            Labels as they were given, shape (rows,); for several labels or values a row, shape
            (rows, columns). Of a model with several outputs those of each, by its name.

        Raises
        ------
        galaxy_keras.errors.DataError
            If the samples cannot be read or do not fit the model.
        """
        predicted = self._predict(samples, header)
        answers = {
            each.output.name: _decode(each, predicted[each.output.name]) for each in self._outputs
        }
        return answers if len(answers) > 1 else answers[self._outputs[0].output.name]

    def predict_proba(
        self, samples: Samples, *, header: bool | None = None
    ) -> NDArray[np.float32] | dict[str, NDArray[np.float32]]:
        """Return the probability of each class, shape (rows, classes), in the order of `labels`.

        Of a model with several outputs those of each classifier among them, by its name.

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
        predicted = self._predict(samples, header)
        names = [each.output.name for each in self._outputs if each.target.kind != "regression"]
        if any(find_improbable(each) for name in names for each in predicted[name]):
            raise ConfigurationError(
                "the outputs of the network are no probabilities: some are below 0 or above 1. "
                "Use predict"
            )
        joined = {
            name: np.concatenate([each.probabilities for each in predicted[name]]) for name in names
        }
        return joined if len(self._outputs) > 1 else joined[names[0]]

    def _predict(self, samples: Samples, header: bool | None) -> dict[str, list[Predictions]]:
        """Return the predictions of each output, chunk by chunk."""
        chunks = iterate_samples(samples, self._fitted, self._encodings, header)
        batch_size = choose_batch_size(self._fitted.architecture)
        predicted = [self._predictor.predict(each, batch_size=batch_size) for each in chunks]
        return {
            output.output.name: [each[position] for each in predicted]
            for position, output in enumerate(self._outputs)
        }

    @cached_property
    def _predictor(self) -> Predictor:
        # TensorFlow takes seconds: the samples of the first call have been read by now.
        from galaxy_keras.learning.devices.backend import load_keras

        load_keras()
        from galaxy_keras.learning.prediction import Predictor

        return Predictor.from_fitted(self._fitted)

    def _check_probabilities(self) -> None:
        if all(each.target.kind == "regression" for each in self._outputs):
            raise ConfigurationError("a regressor gives values, not probabilities. Use predict")
        for each in self._outputs:
            layer, settings = each.output.layer, each.output.settings
            missing = explain_missing_probabilities(layer, settings, each.target.kind)
            if missing is not None and missing.outputs == "scores":
                message = each.output.prefix("the model gives no probabilities")
                raise ConfigurationError(f"{message}: {missing.text}")


def _decode(fitted: FittedOutput, predictions: list[Predictions]) -> NDArray[Any]:
    columns = decode_labels(fitted.target, np.concatenate([each.codes for each in predictions]))
    return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)


def load_model(path: str | PathLike[str]) -> Model:
    """Return the fitted model in a file; see `galaxy_keras.load`."""
    fitted = read_fitted_model(Path(path))
    check_network_size(fitted.architecture)
    return Model(fitted, Path(path))
