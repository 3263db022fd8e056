"""Permutation feature importance of a network.

The importance of a feature is the decrease of the score when its values are shuffled among the
rows (Breiman, 2001, doi:10.1023/A:1010933404324), as scikit-learn's `permutation_importance`
computes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance

from galaxy_keras.data.features import arrange_inputs, assign_columns
from galaxy_keras.data.scoring import score_predictions
from galaxy_keras.learning.devices.devices import prepare_device
from galaxy_keras.learning.prediction import Predictor
from galaxy_keras.preparation.importances import ImportancePreparation
from galaxy_keras.schema.requests.plots import ImportanceRequest, PermutationImportances
from galaxy_keras.schema.training.one_class import name_score


def compute_importances(
    preparation: ImportancePreparation, run: ImportanceRequest
) -> PermutationImportances:
    """Return how far the score on the rows of `preparation` falls when a feature is shuffled.

    Parameters
    ----------
    preparation
        The model and the rows; the score falls on the same rows, each feature shuffled
        `run.repeats` times.
    run
        The number of repeats, and the seed.

    Raises
    ------
    ConfigurationError
        If the scorer cannot score these rows.
    DataError, ModelFileError
        If the network's output for a row is not a finite number.
    MemoryError
        If the machine has too little memory.
    """
    prepare_device("auto")
    network = _Network(preparation)
    found = permutation_importance(
        network,
        preparation.values,
        np.arange(len(preparation.values)),
        scoring=network.score_rows,
        n_repeats=run.repeats,
        random_state=run.seed,
    )
    return PermutationImportances(
        names=preparation.names,
        importances_mean=tuple(found.importances_mean.tolist()),
        importances_std=tuple(found.importances_std.tolist()),
        scorer=_name_score(preparation),
        repeats=run.repeats,
        rows=len(preparation.values),
    )


def _name_score(preparation: ImportancePreparation) -> str:
    output = preparation.output.output
    name = name_score(preparation.scorer, preparation.output.target, output.settings)
    return output.name_value(name)


class _Network(BaseEstimator):  # type: ignore[misc]
    """A fitted network as a scikit-learn estimator, with row numbers in place of the target."""

    def __init__(self, preparation: ImportancePreparation) -> None:
        self.preparation = preparation
        self._predictor = Predictor.from_fitted(preparation.fitted)
        names = preparation.fitted.architecture.outputs
        self._output = names.index(preparation.output.output.name)
        self._assigned = assign_columns(
            preparation.fitted.architecture, preparation.values.shape[1]
        )

    def fit(self, _values: object, _rows: object) -> _Network:
        """Do nothing: the network is fitted already."""
        return self

    def score_rows(self, _network: object, values: NDArray[Any], rows: NDArray[np.intp]) -> float:
        """Return the score of the predictions from `values` for these rows."""
        predictions = self._predictor.predict(
            arrange_inputs(values, self._assigned),
            batch_size=self.preparation.batch_size,
            locate=self.preparation.locate,
        )[self._output]
        true = self.preparation.target.take(rows)
        scorer = self.preparation.scorer
        return score_predictions([scorer], true, predictions)[scorer]
