"""Reads pretrained vectors for Embedding layers, of the words that encodings know."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.vectors import read_vectors
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.errors import ConfigurationError, DataError, list_names, suggest
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.requests.vectors import VectorSource

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class LayerVectors:
    """What an Embedding layer begins with.

    Attributes
    ----------
    layer
        Its name.
    values
        A vector for each index, shape (input_dim, output_dim).
    """

    layer: str
    values: NDArray[np.float32]


def read_layer_vectors(
    run: TrainingRequest, model: ModelToTrain, fitted: Sequence[FittedInput]
) -> tuple[LayerVectors, ...]:
    """Return the vectors that Embedding layers begin with; empty where none are asked for.

    Parameters
    ----------
    run
        The files.
    model
        The network.
    fitted
        The encodings of its inputs, whose words have the vectors.

    Raises
    ------
    ConfigurationError
        If a layer is no Embedding, or has no words, or the model is trained already.
    DataError
        If a file cannot be read, or has a vector of none of the words.
    """
    if run.vectors and model.initial_model is not None:
        raise ConfigurationError(
            "--vectors gives vectors to a network that is not trained yet, but this model has "
            "learned its own. Leave the option out, or train a builder"
        )
    return tuple(_read(source, model.architecture, fitted) for source in run.vectors)


def _read(
    source: VectorSource, architecture: Architecture, fitted: Sequence[FittedInput]
) -> LayerVectors:
    layer = _find_layer(source, architecture)
    encoding = _find_encoding(layer, fitted)
    texts = encoding.token_texts
    indices = {text: index for index, text in enumerate(texts) if text is not None}
    shape = int(layer.options["input_dim"]), int(layer.options["output_dim"])
    values, found = read_vectors(source.path, indices, shape)
    if not found.any():
        raise DataError(
            f"{source.path} has a vector of none of the {len(indices):,} {encoding.unit} of the "
            f"model ({list_names(list(indices), 5)}). Check language and case (words lower=True)"
        )
    missing = [text for text, index in indices.items() if not found[index]]
    logger.info(
        "%s: %s of %s %s have a vector in %s%s.",
        layer.name,
        f"{len(indices) - len(missing):,}",
        f"{len(indices):,}",
        encoding.unit,
        source.path,
        f"; the others are zeros: {list_names(missing, 8)}" if missing else "",
    )
    return LayerVectors(layer.name, values)


def _find_layer(source: VectorSource, architecture: Architecture) -> LayerNode:
    layers = {each.name: each for each in _iterate_embeddings(architecture)}
    if source.layer in layers:
        return layers[source.layer]
    if source.layer is None and len(layers) == 1:
        return next(iter(layers.values()))
    if not layers:
        raise ConfigurationError(
            "--vectors gives vectors to an Embedding layer, and the network has none. Leave the "
            "option out, or build the network with one"
        )
    if source.layer is None:
        raise ConfigurationError(
            f"--vectors does not say which Embedding layer gets the vectors: the network has "
            f"{list_names(list(layers))}. Write --vectors '{next(iter(layers))}: {source.path}'"
        )
    raise ConfigurationError(
        f'--vectors: there is no Embedding layer "{source.layer}".'
        f"{suggest(source.layer, layers)} The network has: {list_names(list(layers))}"
    )


def _iterate_embeddings(architecture: Architecture) -> Iterator[LayerNode]:
    return (layer for layer in architecture.layers if layer.type == "Embedding")


def _find_encoding(layer: LayerNode, fitted: Sequence[FittedInput]) -> TokenEncoding:
    """Return the encoding whose indices a layer looks up."""
    for each in fitted:
        encoding = each.encoding
        if each.name in layer.inbound and isinstance(encoding, TokenEncoding):
            return encoding
    raise ConfigurationError(
        f"--vectors: which index is which word is not known for the layer {layer.name}, because "
        "its input is not encoded from raw texts. Build the network with --input 'words ...'"
    )
