"""Predicts with a fitted model in chunks, so memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import keras
import numpy as np

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables import TableWriter
from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.data.encodings.values import ValueScaling
from galaxy_keras.data.features import Arrays
from galaxy_keras.data.finiteness import check_outputs
from galaxy_keras.data.positive_class import find_positive_class
from galaxy_keras.data.predictions import (
    OutputKind,
    Predictions,
    find_improbable,
    find_output_kind,
    make_predictions,
)
from galaxy_keras.data.raw_targets import decode_values, restore_scaling
from galaxy_keras.data.tabulation import (
    OutputTable,
    name_outputs,
    name_predictions,
    tabulate_predicted,
    tabulate_probabilities,
)
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.computing import (
    choose_acceleration,
    choose_loops,
    prefers_inter_op_parallelism,
    translating_missing_operations,
    warn_about_precision,
)
from galaxy_keras.learning.devices.devices import prepare_device, translating_out_of_memory
from galaxy_keras.learning.weights import restore_weights
from galaxy_keras.preparation.prediction import PredictionPreparation
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.requests.runs import PredictionRequest, SampleRequest


def _count_from_one(row: int) -> str:
    return f"row {row + 1}"


@dataclass(frozen=True)
class Predictor:
    """A rebuilt network, and the fitted model that tells what its outputs mean."""

    fitted: FittedModel
    model: keras.Model

    @classmethod
    def from_fitted(
        cls, fitted: FittedModel, *, accelerate: bool = False, precision: Precision = "float32"
    ) -> Predictor:
        """Build the network with the stored weights.

        Raises
        ------
        ModelFileError
            If the weights do not fit the architecture.
        """
        architecture = apply_precision(fitted.architecture, precision)
        model = build_model(architecture)
        choose_loops(model, architecture, accelerate=accelerate)
        restore_weights(model, fitted.weights)
        return cls(fitted, model)

    def predict(
        self,
        inputs: Arrays,
        *,
        batch_size: int,
        threshold: float | None = None,
        positive: int = 1,
        locate: Callable[[int], str] = _count_from_one,
    ) -> Predictions:
        """Compute the outputs of the network, and make predictions of them.

        Parameters
        ----------
        inputs
            One array for each input of the model, shape (rows, ...).
        batch_size
            Rows computed at once.
        threshold, positive
            See `make_predictions`.
        locate
            Returns where a row comes from, for messages; rows are counted from 0.

        Raises
        ------
        DataError, ModelFileError
            If an output is not a finite number.
        MemoryError
            If the machine has too little memory; errors of a GPU are TensorFlow's.
        """
        batches = (
            [array[start : start + batch_size] for array in inputs]
            for start in range(0, len(inputs[0]), batch_size)
        )
        outputs = np.concatenate(
            [
                self.model.predict_on_batch(batch[0] if len(batch) == 1 else batch)
                for batch in batches
            ]
        )
        if self._scaling is not None:
            outputs = decode_values(self._scaling, outputs)
        check_outputs(outputs, inputs, self.fitted.weights, locate)
        return make_predictions(outputs, self.fitted.target, self._output_kind, threshold, positive)

    @cached_property
    def _scaling(self) -> ValueScaling | None:
        return restore_scaling(self.fitted)

    @cached_property
    def _output_kind(self) -> OutputKind:
        return find_output_kind(self.fitted.architecture, self.fitted.training)


def predict_table(preparation: PredictionPreparation, run: PredictionRequest) -> int:
    """Predict every row of a table, in order, and return how many there are.

    Raises
    ------
    DataError
        If a later chunk of the table does not fit the model, or the output cannot be written.
    MemoryError
        If the machine or the GPU has too little memory.
    """
    architecture = apply_precision(preparation.fitted.architecture, run.precision)
    accelerate = choose_acceleration(run.accelerate, architecture, preparation.rows)
    inter_op = accelerate and prefers_inter_op_parallelism(architecture)
    kind = prepare_device(run.device, inter_op=inter_op)
    warn_about_precision(run.precision, kind)
    with translating_out_of_memory(), translating_missing_operations(run.precision):
        return _predict_chunks(preparation, run, accelerate=accelerate)


def _predict_chunks(
    preparation: PredictionPreparation, run: PredictionRequest, *, accelerate: bool
) -> int:
    fitted = preparation.fitted
    predictor = Predictor.from_fitted(fitted, accelerate=accelerate, precision=run.precision)
    positive = 1 if run.pos_label is None else find_positive_class(fitted.target, run.pos_label)
    rows = 0
    ids = preparation.ids
    names = [*(ids.names if ids else ()), *name_predictions(fitted.target, run.method)]
    with TableWriter(run.output, names) as writer:
        for inputs in preparation.chunks:
            locate = partial(_locate, preparation.features, rows)
            predictions = predictor.predict(
                inputs,
                batch_size=preparation.batch_size,
                threshold=run.threshold,
                positive=positive,
                locate=locate,
            )
            if run.method == "predict_proba":
                _check_probabilities(fitted, predictions, locate)
            table = _tabulate(fitted, predictions, run.method)
            count = len(inputs[0])
            named = None if ids is None else ids.select(slice(rows, rows + count))
            writer.write(table.with_ids(named).columns)
            rows += count
    return rows


def _check_probabilities(
    fitted: FittedModel, predictions: Predictions, locate: Callable[[int], str]
) -> None:
    """Check the outputs of a last layer of which it is not known what it gives."""
    found = find_improbable(predictions)
    if found is not None:
        row, column = found
        raise ConfigurationError(
            f"{locate(row)}: the network gives {predictions.probabilities[row, column]:.4g} for "
            f'the class "{name_outputs(fitted.target)[column]}", which is no probability. Use '
            "--method decision_function for scores, or --method predict for labels"
        )


def _locate(features: SampleRequest, done: int, row: int) -> str:
    """Return where a row comes from that has `done` rows in earlier chunks before it."""
    return f"{features.path}, row {done + row + (2 if features.header else 1)}"


def _tabulate(fitted: FittedModel, predictions: Predictions, method: str) -> OutputTable:
    if method != "predict":
        return tabulate_probabilities(fitted.target, predictions)
    return tabulate_predicted(fitted.target, predictions)
