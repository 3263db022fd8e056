"""Predicts windows of a genome: of intervals, or of the alleles of variants."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import TableWriter
from galaxy_keras.catalogue.run_choices import PredictionMethod
from galaxy_keras.data.genome.effects import name_effects, tabulate_effects
from galaxy_keras.data.positive_class import find_positive_class
from galaxy_keras.data.tabulation import OutputTable, join_names, join_outputs, name_predictions
from galaxy_keras.learning.prediction import Predictor, check_probabilities, tabulate_outputs
from galaxy_keras.preparation.genome_prediction import MATCHES, WindowChunk, WindowRows
from galaxy_keras.preparation.prediction import PredictionPreparation
from galaxy_keras.schema.requests.runs import PredictionRequest

_EFFECT = "variant-effect"


def predict_windows(
    predictor: Predictor,
    preparation: PredictionPreparation,
    run: PredictionRequest,
    *,
    rows: WindowRows,
) -> int:
    """Predict windows, write the table, and return how many rows it has.

    Raises
    ------
    DataError
        If a network computes no finite number, or the output cannot be written.
    """
    names = [*rows.names, *join_names(_name_columns(predictor, run.method))]
    has_matches = run.windows is not None and run.windows.variants is not None
    count = 0
    with TableWriter(run.output, [*names, *([MATCHES] if has_matches else [])]) as writer:
        for chunk in rows.chunks:
            table = _predict_chunk(predictor, preparation, rows, run, chunk)
            columns = [
                *chunk.places.columns,
                *(_spread(column, chunk.is_predicted) for column in table.columns),
                *([] if chunk.matches is None else [chunk.matches]),
            ]
            writer.write(columns)
            count += len(chunk.is_predicted)
    return count


def _predict_chunk(
    predictor: Predictor,
    preparation: PredictionPreparation,
    rows: WindowRows,
    run: PredictionRequest,
    chunk: WindowChunk,
) -> OutputTable:
    fitted = predictor.fitted
    positive = 1 if run.pos_label is None else find_positive_class(fitted.target, run.pos_label)
    lines = np.asarray(chunk.lines)[chunk.is_predicted]

    def locate(row: int) -> str:
        return f"{rows.path}, line {lines[row]:,}"

    if not len(lines):
        names = join_names(_name_columns(predictor, run.method))
        return OutputTable(names, [np.zeros(0, np.float32) for _ in names])
    alleles = [
        predictor.predict(
            inputs,
            batch_size=preparation.batch_size,
            threshold=run.threshold,
            positive=positive,
            locate=locate,
        )
        for inputs in chunk.alleles
    ]
    tables = {}
    for each, *found in zip(fitted.list_outputs(), *alleles, strict=True):
        if run.method in ("predict_proba", _EFFECT):
            for predictions in found:
                check_probabilities(each.target, predictions, locate)
        tables[each.output.name] = (
            tabulate_effects(each.target, *found)
            if run.method == _EFFECT
            else tabulate_outputs(each.target, found[0], run.method)
        )
    return join_outputs(tables)


def _name_columns(predictor: Predictor, method: PredictionMethod) -> dict[str, list[str]]:
    return {
        each.output.name: name_effects(each.target)
        if method == _EFFECT
        else name_predictions(each.target, method)
        for each in predictor.fitted.list_outputs()
    }


def _spread(values: NDArray[Any], is_predicted: NDArray[np.bool_]) -> NDArray[Any]:
    """Return a column with empty cells for the rows that are not predicted."""
    if is_predicted.all():
        return values
    cells = np.full(len(is_predicted), "", object)
    # As text that single precision needs; Python's numbers would get digits that they do not have.
    texts = values.astype(np.str_) if values.dtype == np.float32 else map(str, values.tolist())
    cells[is_predicted] = list(texts)
    return cells
