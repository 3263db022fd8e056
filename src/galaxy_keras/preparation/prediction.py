"""Reads and checks what a fitted model predicts from, before Keras is imported."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel, FittedOutput
from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.data.features import (
    Arrays,
    arrange_inputs,
    assign_columns,
    check_indices,
    reorder_in_place,
)
from galaxy_keras.data.positive_class import find_positive_class
from galaxy_keras.data.predictions import explain_missing_probabilities
from galaxy_keras.data.raw_inputs import FittedInput, check_pictures, check_shapes, restore_input
from galaxy_keras.data.sources.detection import detect_format
from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.errors import ConfigurationError, ModelFileError
from galaxy_keras.preparation.batch_sizes import choose_batch_size
from galaxy_keras.preparation.encoding import (
    find_header,
    iterate_encoded_chunks,
    read_windows,
    warn_about_encodings,
    write_inputs,
)
from galaxy_keras.preparation.genome_prediction import WindowRows, read_window_rows
from galaxy_keras.preparation.memory import check_memory
from galaxy_keras.preparation.one_table import check_rereadable, divide_features
from galaxy_keras.preparation.parts import choose_rows, drop_rows, take_rows
from galaxy_keras.preparation.reading import make_names_table, read_ids
from galaxy_keras.preparation.windows import Windows, name_windows
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.memory import (
    FLOAT32_BYTES,
    check_network_size,
    estimate_prediction,
)
from galaxy_keras.schema.architecture.statefulness import find_stateful_layers
from galaxy_keras.schema.requests.genome import WindowPrediction
from galaxy_keras.schema.requests.runs import PredictionRequest, SampleRequest, TableSource

CHUNK_BYTES = 8 * 2**20
_ASKED = {"predict_proba": "probabilities", "decision_function": "scores"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PredictionPreparation:
    """A prediction run that has been checked up to the first chunk of its samples.

    Attributes
    ----------
    fitted
        The model.
    features
        The samples, with format, header and columns as they are in the file.
    chunks
        The samples in chunks, one array for each input of the model; each is checked on demand.
    batch_size
        Rows to compute at once.
    rows
        The number of samples in the file; None where they continue after the first chunk.
    ids
        The names of all samples, or None.
    windows
        The windows that the samples are; None where each row is one.
    genome
        The windows of a genome that are predicted instead of `chunks`, or None.
    first_row
        The first sample of the part that is predicted, from 0.
    """

    fitted: FittedModel
    features: SampleRequest
    chunks: Iterator[Arrays]
    batch_size: int
    rows: int | None
    ids: OutputTable | None = None
    windows: Windows | None = None
    genome: WindowRows | None = None
    first_row: int = 0


def prepare_prediction(run: PredictionRequest) -> PredictionPreparation:
    """Read the model and the first chunk of the samples.

    Raises
    ------
    ModelFileError
        If the model is not a fitted one, or cannot be read.
    ConfigurationError
        If the method or the threshold does not fit the model.
    DataError
        If the samples cannot be read or do not fit the model.
    """
    fitted = read_fitted_model(run.model, run.weights, run.require_signature)
    _check_method(run, fitted)
    check_network_size(fitted.architecture)
    _check_no_state(run, fitted)
    encodings = restore_encodings(fitted, run.model)
    if run.windows is not None:
        return _prepare_windows(run, run.windows, fitted, encodings)
    check_pictures(run.features, [each.encoding for each in encodings])
    features, ids = _divide_features(run, encodings)
    batch_size = run.batch_size or choose_batch_size(fitted.architecture)
    windows = read_windows(features, encodings) if encodings else None
    total = None if run.part is None else _count_samples(features, windows)
    chosen = None
    # Without any rows reading raises what it raises without parts.
    if run.part is not None and total:
        chosen = choose_rows(
            run.part, total, chunk_rows=_count_chunk_rows(fitted), batch_size=batch_size
        )
    chunks = iterate_inputs(fitted, features, encodings, chosen)
    first = list(itertools.islice(chunks, 1))
    for chunk in first:
        _check_memory(fitted.architecture, chunk, batch_size)
    rows = len(first[0][0]) if total is None else total
    return PredictionPreparation(
        fitted,
        features=features,
        chunks=itertools.chain(first, chunks),
        batch_size=batch_size,
        rows=rows if rows < _count_chunk_rows(fitted) else None,
        ids=_read_ids(features, ids, encodings, windows),
        windows=windows,
        first_row=0 if chosen is None else chosen.start,
    )


def _prepare_windows(
    run: PredictionRequest,
    request: WindowPrediction,
    fitted: FittedModel,
    encodings: Sequence[FittedInput],
) -> PredictionPreparation:
    rows = read_window_rows(run, request, fitted, encodings, _count_chunk_rows(fitted))
    first = next(rows.chunks)
    batch_size = run.batch_size or choose_batch_size(fitted.architecture)
    _check_memory(fitted.architecture, first.alleles[0], batch_size)
    count = len(first.is_predicted)
    chunks = itertools.chain([first], rows.chunks)
    return PredictionPreparation(
        fitted,
        features=run.features,
        chunks=(chunk.alleles[0] for chunk in chunks),
        batch_size=batch_size,
        rows=count if count < _count_chunk_rows(fitted) else None,
        genome=replace(rows, chunks=chunks),
    )


def _count_samples(features: SampleRequest, windows: Windows | None) -> int:
    check_rereadable(features.path, "rows are counted before they are divided into parts")
    return open_source(features).count_rows() if windows is None else len(windows.ends)


def read_fitted_model(
    path: Path, weights: Path | None = None, key: Path | None = None
) -> FittedModel:
    """Return the fitted model in a file (`artefacts.model_file.read_model`).

    Raises
    ------
    ModelFileError
        If it cannot be read.
    ConfigurationError
        If it is a builder.
    """
    model = read_model(path, weights=weights, key=key)
    if not isinstance(model, FittedModel):
        raise ConfigurationError(
            f"{path} is a model builder: it has not been trained yet. "
            "Train it with keras-train-and-eval and give the fitted model"
        )
    return model


def restore_encodings(fitted: FittedModel, path: Path) -> tuple[FittedInput, ...]:
    """Return the encodings of the inputs; empty where the model takes numbers.

    Raises
    ------
    ModelFileError
        If they are not what fitting could have made; the message begins with `path`.
    """
    try:
        encodings = tuple(map(restore_input, fitted.inputs))
        check_shapes(encodings, fitted)
    except ModelFileError as error:
        raise error.with_prefix(str(path)) from None
    return encodings


def _divide_features(
    run: PredictionRequest, encodings: Sequence[FittedInput]
) -> tuple[SampleRequest, TableSource | None]:
    """Return the samples, with format and header as they are in the file, and the row names."""
    features = detect_format(run.features)
    if encodings:
        features = find_header(features, encodings)
    return divide_features(features, run.id_columns)


def _read_ids(
    features: SampleRequest,
    ids: TableSource | None,
    encodings: Sequence[FittedInput],
    windows: Windows | None,
) -> OutputTable | None:
    """Return the names of all samples; None where they have none."""
    names = _read_names(features) if encodings and ids is None else read_ids(ids)
    return names if windows is None else name_windows(windows, names, 2 if features.header else 1)


def _read_names(features: SampleRequest) -> OutputTable | None:
    """Return the names that raw samples have of themselves; None where they have none."""
    if not SAMPLE_FORMATS.get(features.format).names_rows:
        return None
    check_rereadable(features.path, "names are read before samples")
    names = open_source(features).read_names()
    return None if names is None else make_names_table(names)


def write_encoded(preparation: PredictionPreparation, path: Path) -> int:
    """Write what the network sees of the samples, and return the number of rows.

    Raises
    ------
    DataError
        If a later chunk of the samples does not fit the model, or the file cannot be written.
    """
    fitted = preparation.fitted
    inputs = assign_columns(fitted.architecture, fitted.features.count)
    chunks = (
        np.hstack([each.reshape(len(each), -1) for each in chunk]) for chunk in preparation.chunks
    )
    return write_inputs(path, chunks, inputs)


def iterate_inputs(
    fitted: FittedModel,
    request: SampleRequest,
    encodings: Sequence[FittedInput],
    rows: range | None = None,
) -> Iterator[Arrays]:
    """Yield the samples chunk by chunk, each as one array for each input of the model.

    Parameters
    ----------
    fitted, encodings
        The model, and what `restore_encodings` returns for it.
    request
        The samples, with format and header as they are in the file.
    rows
        Which of them, from 0; None for all. Chunks end where they end without this choice.

    Raises
    ------
    DataError
        If the samples cannot be read or do not fit the model; when the chunk is asked for.
    """
    start = 0 if rows is None else rows.start
    if encodings:
        chunks = _iterate_encoded_inputs(fitted, request, encodings, start)
    else:
        # What stands before is parsed too: where its numbers are integers depends on all of them.
        chunks = drop_rows(_iterate_numeric_inputs(fitted, request), start)
    yield from chunks if rows is None else take_rows(chunks, len(rows))
    warn_about_encodings(encodings)


def _iterate_numeric_inputs(fitted: FittedModel, request: SampleRequest) -> Iterator[Arrays]:
    source = open_source(request)
    order: list[int] | None = None
    assigned = assign_columns(fitted.architecture, fitted.features.count)
    for number, chunk in enumerate(source.iterate(_count_chunk_rows(fitted))):
        if number == 0:
            order = source.match(chunk, fitted.features)
        ordered = chunk if order is None else reorder_in_place(chunk, order)
        check_indices(ordered, assigned, source.locate)
        yield arrange_inputs(ordered.values, assigned)


def _iterate_encoded_inputs(
    fitted: FittedModel, request: SampleRequest, encodings: Sequence[FittedInput], start: int
) -> Iterator[Arrays]:
    assigned = assign_columns(fitted.architecture, fitted.features.count)
    # As many rows as of coded samples, so that the same batches give the same predictions.
    for chunk in iterate_encoded_chunks(request, encodings, _count_chunk_rows(fitted), start):
        yield arrange_inputs(chunk, assigned)


def _count_chunk_rows(fitted: FittedModel) -> int:
    return max(CHUNK_BYTES // (fitted.features.count * FLOAT32_BYTES), 1)


def _check_memory(architecture: Architecture, chunk: Arrays, batch_size: int) -> None:
    estimate = estimate_prediction(
        architecture,
        batch_size=min(batch_size, len(chunk[0])),
        data=sum(array.nbytes for array in chunk),
    )
    check_memory(estimate, "Lower --batch-size, or ask for more memory for the job")


def _check_no_state(run: PredictionRequest, fitted: FittedModel) -> None:
    stateful = list(find_stateful_layers(fitted.architecture))
    if stateful:
        raise ConfigurationError(*stateful).with_prefix(str(run.model))


def _check_method(run: PredictionRequest, fitted: FittedModel) -> None:
    if run.method == "encode":
        return
    outputs = fitted.list_outputs()
    _check_choices(run, outputs)
    no_classes = all(each.target.kind == "regression" for each in outputs)
    if no_classes and run.method not in ("predict", "variant-effect"):
        raise ConfigurationError(
            f"--method {run.method} asks for {_ASKED[run.method]} of classes, but the model is a "
            "regressor. Use --method predict"
        )
    if run.method in ("predict_proba", "variant-effect"):
        for each in outputs:
            if each.target.kind != "regression":
                _check_probabilities(each, run.method)
    if run.pos_label is not None:
        find_positive_class(fitted.target, run.pos_label)
    kind = fitted.target.kind
    two_classes = fitted.target.positive_class is not None
    if run.threshold is not None and kind != "multilabel" and not two_classes:
        raise ConfigurationError(
            f"--threshold is for two classes, or for several labels per row, and this model is "
            f"{kind}. Leave the option out"
        )


def _check_choices(run: PredictionRequest, outputs: Sequence[FittedOutput]) -> None:
    given = {"--threshold": run.threshold, "--pos-label": run.pos_label}
    for option, value in given.items():
        if value is not None and len(outputs) > 1:
            raise ConfigurationError(
                f"{option} is for a model with one output, and this one has {len(outputs)}. Leave "
                "the option out, and choose by the probabilities (--method predict_proba)"
            )


def _check_probabilities(fitted: FittedOutput, method: str) -> None:
    output = fitted.output
    missing = explain_missing_probabilities(output.layer, output.settings, fitted.target.kind)
    if missing is None:
        return
    if missing.outputs != "scores":
        logger.warning(
            "%s gives %s: %s.",
            output.prefix(f"--method {method}"),
            missing.outputs,
            missing.reason,
        )
        return
    raise ConfigurationError(
        f"{output.prefix(f'--method {method}')} asks for probabilities, which the network "
        f"does not give: {missing.text}, or use --method decision_function for its scores, "
        "or --method predict for labels"
    )
