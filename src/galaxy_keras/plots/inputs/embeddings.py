"""Reads the vectors of an Embedding layer, and the words that they are of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.raw_inputs import restore_input
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError, list_names, suggest
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.inputs.sources import read_source
from galaxy_keras.schema.requests.runs import TableSource

Vocabulary = dict[int, str]

EMBEDDING = "Embedding"


@dataclass(frozen=True, eq=False)
class Embedding:
    """The vectors of an Embedding layer.

    Attributes
    ----------
    vectors
        Shape (indices, dimensions).
    words
        The word of each index that has one; None where they are not known.
    """

    vectors: FloatArray
    words: Vocabulary | None


def read_embedding(
    model: Path, layer: str | None = None, vocabulary: TableSource | None = None
) -> Embedding:
    """Return the vectors of an Embedding layer, with the words of the model.

    Parameters
    ----------
    model
        A fitted model.
    layer
        The name of the layer; None for the first.
    vocabulary
        A table of words, instead of those that an encoding of the model knows.

    Raises
    ------
    ConfigurationError
        If there is no Embedding layer of this name.
    DataError
        If the table of words cannot be used.
    ModelFileError
        If the model is not fitted or has no Embedding layer.
    """
    fitted = read_model(model)
    if not isinstance(fitted, FittedModel):
        raise ModelFileError(
            f"{model} has no weights: it is a model builder. "
            "Give the fitted model that keras-train-and-eval wrote"
        )
    names = [each.name for each in fitted.architecture.layers if each.type == EMBEDDING]
    if not names:
        raise ModelFileError(f"{model} has no Embedding layer, so there are no words to show")
    if layer is not None and layer not in names:
        raise ConfigurationError(
            f'--layer: there is no Embedding layer "{layer}".{suggest(layer, names)} '
            f"The model has: {list_names(names)}"
        )
    weights = {each.name: each.arrays for each in fitted.weights}
    name = layer or names[0]
    vectors = np.asarray(weights[name][0], dtype=np.float64)
    if vocabulary is not None:
        return Embedding(vectors, read_vocabulary(vocabulary, len(vectors)))
    return Embedding(vectors, _find_words(fitted, name, len(vectors)))


def read_vocabulary(source: TableSource, count: int) -> Vocabulary:
    """Return the word of each index.

    Parameters
    ----------
    source
        One column of words, in the order of their indices from 0; or words and indices.
    count
        The number of indices of the Embedding layer; words beyond are left out.

    Raises
    ------
    DataError
        If there are other columns, or no word has an index of the layer.
    """
    table = read_source(source, "--vocabulary")
    if len(table.values) == 1:
        indices = range(len(table.values[0]))
        return {index: str(table.values[0][index]) for index in indices if index < count}
    whole = [column for column in table.values if column.dtype.kind == "i"]
    others = [column for column in table.values if column.dtype.kind != "i"]
    if len(whole) != 1 or len(others) != 1:
        raise DataError(
            f"{source.path} must hold one column of words, or one of words and one of their "
            "indices. If its first row holds column names, give --vocabulary-header"
        )
    pairs = zip(whole[0].tolist(), others[0].tolist(), strict=True)
    words = {index: str(word) for index, word in pairs if 0 <= index < count}
    if not words:
        raise DataError(f"{source.path}: no word has an index from 0 to {count - 1:,}")
    return words


def _find_words(fitted: FittedModel, layer: str, count: int) -> Vocabulary | None:
    """Return the words of the encoding whose indices a layer looks up."""
    inbound = fitted.architecture.layer(layer).inbound
    for stored in fitted.inputs:
        encoding = restore_input(stored).encoding
        if stored.name in inbound and isinstance(encoding, TokenEncoding):
            texts = enumerate(encoding.token_texts[:count])
            return {index: text for index, text in texts if text is not None}
    return None
