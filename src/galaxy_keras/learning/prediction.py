"""Predicts with a fitted model in chunks, so memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import keras

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables import TableWriter
from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.data.draws import find_turn
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
from galaxy_keras.data.raw_inputs import restore_input
from galaxy_keras.data.raw_targets import decode_values, restore_scaling
from galaxy_keras.data.tabulation import (
    OutputTable,
    join_names,
    join_outputs,
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
from galaxy_keras.learning.evaluation import Turn, average_strands, join_batches, list_arrays
from galaxy_keras.learning.weights import restore_weights
from galaxy_keras.preparation.prediction import PredictionPreparation
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.requests.runs import PredictionRequest, SampleRequest
from galaxy_keras.schema.training.targets import TargetDescription


def _unwrap(batch: Arrays) -> Any:
    return batch[0] if len(batch) == 1 else list(batch)


def _count_from_one(row: int) -> str:
    return f"row {row + 1}"


@dataclass(frozen=True)
class _Output:
    """What an output of the network means."""

    target: TargetDescription
    kind: OutputKind
    scaling: ValueScaling | None


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
    ) -> tuple[Predictions, ...]:
        """Compute the outputs of the network, and make predictions of each.

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
        computed = join_batches([list_arrays(self._compute_outputs(batch)) for batch in batches])
        predictions = []
        for each, given in zip(self._outputs, computed, strict=True):
            outputs = given if each.scaling is None else decode_values(each.scaling, given)
            check_outputs(outputs, inputs, self.fitted.weights, locate)
            predictions.append(
                make_predictions(outputs, each.target, each.kind, threshold, positive)
            )
        return tuple(predictions)

    def _compute_outputs(self, batch: Arrays) -> Any:
        """Return what the network gives, or where the model asks for it the means of strands."""
        strands = [batch] if self._turn is None else [batch, [self._turn(each) for each in batch]]
        return average_strands([self.model.predict_on_batch(_unwrap(each)) for each in strands])

    @cached_property
    def _turn(self) -> Turn | None:
        return find_turn([restore_input(each) for each in self.fitted.inputs])

    @cached_property
    def _outputs(self) -> tuple[_Output, ...]:
        return tuple(
            _Output(
                each.target,
                find_output_kind(each.output.layer, each.output.settings),
                restore_scaling(each),
            )
            for each in self.fitted.list_outputs()
        )


Predict = Callable[[Predictor, PredictionPreparation, PredictionRequest], int]


def predict_table(
    preparation: PredictionPreparation, run: PredictionRequest, predict: Predict | None = None
) -> int:
    """Predict every row of a table or of its part, in order, and return how many there are.

    Parameters
    ----------
    preparation
        The model and the samples.
    run
        The request.
    predict
        What predicts with the network and writes the table; None for `predict_chunks`.

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
        predictor = Predictor.from_fitted(
            preparation.fitted, accelerate=accelerate, precision=run.precision
        )
        return (predict or predict_chunks)(predictor, preparation, run)


def predict_chunks(
    predictor: Predictor, preparation: PredictionPreparation, run: PredictionRequest
) -> int:
    """Predict every row of a table, in order, and return how many there are."""
    fitted = preparation.fitted
    positive = 1 if run.pos_label is None else find_positive_class(fitted.target, run.pos_label)
    rows = preparation.first_row
    ids = preparation.ids
    outputs = {each.output.name: each.target for each in fitted.list_outputs()}
    headers = {name: name_predictions(target, run.method) for name, target in outputs.items()}
    names = [*(ids.names if ids else ()), *join_names(headers)]
    with TableWriter(run.output, names, header=run.has_header) as writer:
        for inputs in preparation.chunks:
            locate = partial(_locate, preparation.features, rows)
            predictions = predictor.predict(
                inputs,
                batch_size=preparation.batch_size,
                threshold=run.threshold,
                positive=positive,
                locate=locate,
            )
            of_outputs = dict(zip(outputs, predictions, strict=True))
            if run.method == "predict_proba":
                for name, target in outputs.items():
                    check_probabilities(target, of_outputs[name], locate)
            table = join_outputs(
                {
                    name: tabulate_outputs(target, of_outputs[name], run.method)
                    for name, target in outputs.items()
                }
            )
            count = len(inputs[0])
            named = None if ids is None else ids.select(slice(rows, rows + count))
            writer.write(table.with_ids(named).columns)
            rows += count
    return rows - preparation.first_row


def check_probabilities(
    target: TargetDescription, predictions: Predictions, locate: Callable[[int], str]
) -> None:
    """Check the outputs of a last layer of which it is not known what it gives.

    Raises
    ------
    ConfigurationError
        If they are no probabilities, with the place of the first by `locate`.
    """
    found = None if target.kind == "regression" else find_improbable(predictions)
    if found is not None:
        row, column = found
        raise ConfigurationError(
            f"{locate(row)}: the network gives {predictions.probabilities[row, column]:.4g} for "
            f'the class "{name_outputs(target)[column]}", which is no probability. Use '
            "--method decision_function for scores, or --method predict for labels"
        )


def _locate(features: SampleRequest, done: int, row: int) -> str:
    """Return where a row comes from that has `done` rows in earlier chunks before it."""
    return f"{features.path}, row {done + row + (2 if features.header else 1)}"


def tabulate_outputs(
    target: TargetDescription, predictions: Predictions, method: str
) -> OutputTable:
    """Return the columns that a method asks for: labels or values, or those of each class."""
    if method != "predict":
        return tabulate_probabilities(target, predictions)
    return tabulate_predicted(target, predictions)
