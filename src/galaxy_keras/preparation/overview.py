"""What a prepared run would train, as text for a person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.errors import list_names
from galaxy_keras.preparation.memory import find_memory_limit
from galaxy_keras.preparation.training import Preparation, estimate_memory
from galaxy_keras.schema.architecture.memory import format_bytes
from galaxy_keras.schema.architecture.shapes import format_shape, infer_shapes
from galaxy_keras.schema.training.one_class import name_score

MAX_CLASSES_SHOWN = 20
MAX_NUMBERS_SHOWN = 20


def describe_preparation(preparation: Preparation) -> str:
    """Return network, data, settings, memory and the rows of each subset, one topic per line."""
    return "\n".join(
        [
            _describe_network(preparation),
            *_describe_inputs(preparation),
            _describe_target(preparation),
            _describe_settings(preparation),
            _describe_memory(preparation),
            *_describe_subsets(preparation),
        ]
    )


def _describe_network(preparation: Preparation) -> str:
    architecture = preparation.architecture
    shapes = infer_shapes(architecture)
    layers = sum(not layer.is_input for layer in architecture.layers)
    return (
        f'Network: "{architecture.name}"; layers: {layers}, parameters: {shapes.parameters:,}, '
        f"trained: {shapes.trainable:,}"
    )


def _describe_inputs(preparation: Preparation) -> Iterator[str]:
    if preparation.fitted_inputs:
        yield from _describe_encoded_inputs(preparation)
        return
    for each in preparation.inputs:
        columns = f"columns {each.columns.start + 1} to {each.columns.stop}"
        yield f'Input "{each.name}": {columns} as {format_shape((None, *each.shape))}'


def _describe_encoded_inputs(preparation: Preparation) -> Iterator[str]:
    start = 0
    for fitted in preparation.fitted_inputs:
        encoding, columns = fitted.encoding, fitted.columns
        names = f" ({list_names(columns.names)})" if columns.names else ""
        count = "1 column" if columns.count == 1 else f"{columns.count} columns"
        yield (
            f'Input "{fitted.name}": {encoding.entry.name} of {count}{names} as '
            f"{format_shape((None, *encoding.shape))}"
        )
        yield from (f"  {line}" for line in encoding.describe())
        tally = encoding.tally
        if tally.tokens:
            yield f"  unknown: {tally.unknown_share:.1%} of {tally.tokens:,} {encoding.unit}"
        if tally.cells:
            yield f"  missing: {tally.missing:,} of {tally.cells:,} cells"
        stop = start + math.prod(encoding.shape)
        first = preparation.features[:1].reshape(-1)
        yield f"  first sample: {_format_sample(first[start:stop])}"
        start = stop


def _format_sample(values: NDArray[Any]) -> str:
    shown = [f"{value:g}" for value in values.tolist()]
    if len(shown) > MAX_NUMBERS_SHOWN:
        half = MAX_NUMBERS_SHOWN // 2
        shown = [*shown[:half], "...", *shown[-half:]]
    return " ".join(shown)


def _describe_target(preparation: Preparation) -> str:
    description = preparation.target.description
    outputs = infer_shapes(preparation.architecture)[preparation.architecture.outputs[0]].output
    labels = (
        "" if description.classes is None else f", classes {list_names(_name_classes(preparation))}"
    )
    positive = description.positive_class
    of_two = "" if positive is None else f', positive class "{positive}"'
    return f"Target: {description.kind}, output {format_shape(outputs)}{labels}{of_two}"


def _describe_settings(preparation: Preparation) -> str:
    settings = preparation.settings
    rows = len(preparation.split.train)
    updates = settings.steps_per_epoch or math.ceil(rows / settings.batch_size)
    return (
        f"Training: {settings.loss.name}, {settings.optimizer.name}; epochs: {settings.epochs}, "
        f"updates per epoch: {updates}, batch size: {min(settings.batch_size, rows)}; "
        f"scores: {', '.join(_name_scores(preparation))}"
    )


def _name_scores(preparation: Preparation) -> list[str]:
    description = preparation.target.description
    return [name_score(each, description, preparation.settings) for each in preparation.scorers]


def _describe_memory(preparation: Preparation) -> str:
    estimate = estimate_memory(
        preparation.architecture,
        preparation.settings,
        preparation.features,
        len(preparation.split.train),
    )
    limit = find_memory_limit()
    available = "" if limit is None else f" of {format_bytes(limit)}"
    return (
        f"Memory: about {format_bytes(estimate.total)}{available} "
        f"({format_bytes(estimate.weights)} for weights, "
        f"{format_bytes(estimate.activations)} for one batch, "
        f"{format_bytes(estimate.data)} for data, the rest for the libraries)"
    )


def _describe_subsets(preparation: Preparation) -> Iterator[str]:
    split = preparation.split
    subsets = {"train": split.train, "validation": split.validation, "test": split.test}
    if split.scores_training:
        subsets = {"train and score": split.train, "validation": split.validation}
    elif split.test is split.validation:
        subsets = {"train": split.train, "validation and test": split.validation}
    for name, rows in subsets.items():
        yield f"Rows to {name}: {len(rows):,}{_count_classes(preparation, rows)}"


def _count_classes(preparation: Preparation, rows: NDArray[np.intp]) -> str:
    target = preparation.target
    if target.description.classes is None:
        return ""
    codes = target.codes[rows]
    names = _name_classes(preparation)
    counts = np.bincount(codes, minlength=len(names)) if codes.ndim == 1 else codes.sum(axis=0)
    shown = [f"{name}: {count:,}" for name, count in zip(names, counts, strict=True)]
    return f" ({list_names(shown, MAX_CLASSES_SHOWN)})"


def _name_classes(preparation: Preparation) -> list[str]:
    return [str(label) for label in preparation.target.description.labels]
