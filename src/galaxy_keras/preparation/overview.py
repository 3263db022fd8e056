"""What a prepared run would train, as text for a person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.errors import list_names
from galaxy_keras.preparation.memory import find_memory_limit
from galaxy_keras.preparation.targets import OutputTarget
from galaxy_keras.preparation.training import Preparation, estimate_memory
from galaxy_keras.schema.architecture.memory import format_bytes
from galaxy_keras.schema.architecture.shapes import format_shape, infer_shapes
from galaxy_keras.schema.training.one_class import name_score
from galaxy_keras.schema.training.outputs import Output

MAX_CLASSES_SHOWN = 20
MAX_NUMBERS_SHOWN = 20


def describe_preparation(preparation: Preparation) -> str:
    """Return network, data, settings, memory and the rows of each subset, one topic per line."""
    return "\n".join(
        [
            _describe_network(preparation),
            *_describe_inputs(preparation),
            *_describe_targets(preparation),
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


def _describe_targets(preparation: Preparation) -> Iterator[str]:
    for learned in preparation.outputs:
        output, description = learned.output, learned.description
        classes = list_names(_name_classes(learned))
        labels = "" if description.classes is None else f", classes {classes}"
        positive = description.positive_class
        of_two = "" if positive is None else f', positive class "{positive}"'
        name = "Target" if output.is_only else f'Target of output "{output.name}"'
        loss = "" if output.is_only else f", loss {_describe_loss(output)}"
        shape = format_shape(output.layer.shape)
        yield f"{name}: {description.kind}, output {shape}{loss}{labels}{of_two}"


def _describe_loss(output: Output) -> str:
    name = output.settings.loss.name
    return name if output.weight == 1 else f"{name} times {output.weight:g}"


def _describe_settings(preparation: Preparation) -> str:
    settings = preparation.settings
    rows = len(preparation.split.train)
    updates = settings.steps_per_epoch or math.ceil(rows / settings.batch_size)
    return (
        f"Training: {_name_loss(preparation)}, {settings.optimizer.name}; "
        f"epochs: {settings.epochs}, updates per epoch: {updates}, "
        f"batch size: {min(settings.batch_size, rows)}; "
        f"scores: {', '.join(_name_scores(preparation))}"
    )


def _name_loss(preparation: Preparation) -> str:
    outputs = preparation.outputs
    return preparation.settings.loss.name if len(outputs) == 1 else "the sum of the losses"


def _name_scores(preparation: Preparation) -> list[str]:
    return [
        each.output.name_value(name_score(scorer, each.description, each.output.settings))
        for each in preparation.outputs
        for scorer in each.scorers
    ]


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
    counted = (_count_classes_of(each, rows) for each in preparation.outputs)
    return "".join(f" ({each})" for each in counted if each)


def _count_classes_of(learned: OutputTarget, rows: NDArray[np.intp]) -> str:
    if learned.description.classes is None:
        return ""
    codes = learned.target.codes[rows]
    names = _name_classes(learned)
    counts = np.bincount(codes, minlength=len(names)) if codes.ndim == 1 else codes.sum(axis=0)
    shown = [f"{name}: {count:,}" for name, count in zip(names, counts, strict=True)]
    return list_names(shown, MAX_CLASSES_SHOWN)


def _name_classes(learned: OutputTarget) -> list[str]:
    return [str(label) for label in learned.description.labels]
