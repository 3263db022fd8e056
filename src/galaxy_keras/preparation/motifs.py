"""What the filters of a first convolution respond to, computed without Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.errors import ConfigurationError, suggest
from galaxy_keras.preparation.prediction import read_fitted_model
from galaxy_keras.preparation.sequences import (
    SequenceModel,
    iterate_sequences,
    make_sequence_model,
)
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.plots import FilterMotif, FilterMotifs

_IDENTITIES: Final = ("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout")
"""Layers that pass samples on as they are, except in training."""

ACTIVATIONS: Final[dict[str, Callable[[NDArray[Any]], NDArray[Any]]]] = {
    "linear": lambda values: values,
    "relu": lambda values: np.maximum(values, 0),
    "elu": lambda values: np.where(values > 0, values, np.expm1(np.minimum(values, 0))),
    "exponential": np.exp,
    "sigmoid": lambda values: 1 / (1 + np.exp(-values)),
    "softplus": lambda values: np.logaddexp(values, 0),
    "tanh": np.tanh,
}


@dataclass(frozen=True, eq=False)
class _Filters:
    """The filters of a convolution.

    Attributes
    ----------
    name
        The layer.
    kernel
        Shape (width, letters, filters).
    bias
        Shape (filters,).
    stride
        Letters from one stretch to the next.
    activate
        The activation.
    """

    name: str
    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int
    activate: Callable[[NDArray[Any]], NDArray[Any]]

    def compute(self, samples: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return all stretches (samples, stretches, width, letters) and their activations."""
        width = len(self.kernel)
        stretches = np.lib.stride_tricks.sliding_window_view(samples, width, axis=1)
        stretches = stretches[:, :: self.stride].swapaxes(2, 3)
        flat = np.ascontiguousarray(stretches).reshape(*stretches.shape[:2], -1)
        values = flat @ self.kernel.reshape(-1, self.kernel.shape[2]) + self.bias
        return stretches, self.activate(values)


def find_motifs(
    path: Path, features: Path, intervals: Path | None, layer: str | None, threshold: float
) -> FilterMotifs:
    """Return what each filter of a first convolution responds to.

    A site is a stretch whose activation is above `threshold` times the highest of the filter over
    all samples (Alipanahi et al. 2015 and Kelley et al. 2016 do the same with half of it).

    Parameters
    ----------
    path
        The fitted model.
    features, intervals
        A FASTA file of sequences; or a genome, and the intervals whose windows are samples.
    layer
        The name of the convolution; None for the first.
    threshold
        From 0 to 1.

    Raises
    ------
    ConfigurationError
        If there is no convolution that sees the letters.
    DataError
        If the samples cannot be read.
    """
    model = make_sequence_model(read_fitted_model(path), path)
    filters = _find_filters(model, layer)

    def iterate() -> Iterable[NDArray[Any]]:
        return iterate_sequences(model, features, intervals)

    count = filters.kernel.shape[2]
    highest, letters, samples = np.full(count, -np.inf), np.zeros(len(model.letters)), 0
    for chunk in iterate():
        highest = np.maximum(highest, filters.compute(chunk)[1].max(axis=(0, 1)))
        letters += chunk.sum(axis=(0, 1))
        samples += len(chunk)
    counts = np.zeros((count, *filters.kernel.shape[:2]))
    sites = np.zeros(count, np.int64)
    for chunk in iterate():
        stretches, values = filters.compute(chunk)
        for number in np.flatnonzero(highest > 0).tolist():
            found = stretches[values[:, :, number] > threshold * highest[number]]
            # Stretches into the padding are no sequences.
            found = found[found.any(axis=2).all(axis=1)]
            counts[number] += found.sum(axis=0)
            sites[number] += len(found)
    motifs = tuple(
        FilterMotif(number=number + 1, sites=int(sites[number]), counts=_to_tuples(counts[number]))
        for number in range(count)
    )
    background = tuple((letters / letters.sum()).tolist())
    return FilterMotifs(
        layer=filters.name,
        letters=model.letters,
        background=background,
        samples=samples,
        motifs=motifs,
    )


def _find_filters(model: SequenceModel, name: str | None) -> _Filters:
    architecture = model.fitted.architecture
    candidates = [each for each in architecture.layers if _sees_letters(architecture, each)]
    names = [each.name for each in candidates]
    if name is not None and name not in names:
        raise ConfigurationError(
            f'--layer: there is no Conv1D "{name}" that sees the letters themselves.'
            f"{suggest(name, names)} There is: {', '.join(names) or 'none'}"
        )
    if not candidates:
        raise ConfigurationError(
            "the network has no Conv1D that sees the letters themselves, whose filters could be "
            "shown. Build one that begins with Conv1D"
        )
    layer = candidates[0] if name is None else candidates[names.index(name)]
    options = layer.options
    activation = str(options.get("activation") or "linear")
    if activation not in ACTIVATIONS or options.get("dilation_rate", 1) not in (1, (1,)):
        raise ConfigurationError(
            f"{architecture.describe(layer.name)}: motifs of a convolution with dilation, or with "
            f"the activation {activation}, are not computed. They are for "
            f"{', '.join(ACTIVATIONS)}"
        )
    arrays = next(each.arrays for each in model.fitted.weights if each.name == layer.name)
    kernel = arrays[0]
    bias = arrays[1] if len(arrays) > 1 else np.zeros(kernel.shape[2], np.float32)
    stride = options.get("strides", 1)
    step = stride[0] if isinstance(stride, tuple) else int(stride)
    return _Filters(layer.name, kernel, bias, step, ACTIVATIONS[activation])


def _sees_letters(architecture: Architecture, layer: LayerNode) -> bool:
    if layer.type != "Conv1D" or len(layer.inbound) != 1:
        return False
    before = {each.name: each for each in architecture.layers}
    name = layer.inbound[0]
    while before[name].type in _IDENTITIES:
        name = before[name].inbound[0]
    return before[name].is_input


def _to_tuples(values: NDArray[Any]) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, values.tolist()))
