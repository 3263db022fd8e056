"""Predicts with a fitted model, piece by piece, so that memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables import TableWriter
from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.data.decisions import DEFAULT_THRESHOLD, Decisions, decide, find_output_scale
from galaxy_keras.data.tabulation import (
    Table,
    name_predictions,
    tabulate_predicted,
    tabulate_probabilities,
)
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
from galaxy_keras.preparation.prediction import Inputs, PredictionPreparation
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.requests.runs import PredictionRequest


@dataclass(frozen=True)
class Predictor:
    """A rebuilt network and what its outputs stand for."""

    fitted: FittedModel
    model: keras.Model

    @classmethod
    def from_fitted(
        cls, fitted: FittedModel, *, accelerate: bool = False, precision: Precision = "float32"
    ) -> Predictor:
        """Build the network and give it the stored weights.

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

    def decide(
        self, inputs: Inputs, *, batch_size: int, threshold: float = DEFAULT_THRESHOLD
    ) -> Decisions:
        """Compute the outputs for `inputs` and decide on classes."""
        outputs = [
            self.model.predict_on_batch(batch[0] if len(batch) == 1 else batch)
            for batch in _cut(inputs, batch_size)
        ]
        scale = find_output_scale(self.fitted.architecture, self.fitted.training)
        return decide(np.concatenate(outputs), self.fitted.target, scale, threshold)


def predict_table(preparation: PredictionPreparation, run: PredictionRequest) -> int:
    """Predict every row of a table, in order, and return how many there are.

    Raises
    ------
    DataError
        If a later piece of the table does not fit the model, or the output cannot be written.
    MemoryError
        If the machine or the GPU has too little memory.
    """
    architecture = apply_precision(preparation.fitted.architecture, run.precision)
    accelerate = choose_acceleration(run.accelerate, architecture, preparation.rows)
    inter_op = accelerate and prefers_inter_op_parallelism(architecture)
    kind = prepare_device(run.device, inter_op=inter_op)
    warn_about_precision(run.precision, kind)
    with translating_out_of_memory(), translating_missing_operations(run.precision):
        return _predict_pieces(preparation, run, accelerate=accelerate)


def _predict_pieces(
    preparation: PredictionPreparation, run: PredictionRequest, *, accelerate: bool
) -> int:
    fitted = preparation.fitted
    predictor = Predictor.from_fitted(fitted, accelerate=accelerate, precision=run.precision)
    threshold = DEFAULT_THRESHOLD if run.threshold is None else run.threshold
    rows = 0
    with TableWriter(run.output, name_predictions(fitted.target, run.method)) as writer:
        for inputs in preparation.chunks:
            decisions = predictor.decide(
                inputs, batch_size=preparation.batch_size, threshold=threshold
            )
            writer.write(_tabulate(fitted, decisions, run.method).columns)
            rows += len(inputs[0])
    return rows


def _tabulate(fitted: FittedModel, decisions: Decisions, method: str) -> Table:
    if method == "predict_proba":
        return tabulate_probabilities(fitted.target, decisions)
    return tabulate_predicted(fitted.target, decisions)


def _cut(inputs: Inputs, batch_size: int) -> Iterator[Inputs]:
    for start in range(0, len(inputs[0]), batch_size):
        yield [array[start : start + batch_size] for array in inputs]
