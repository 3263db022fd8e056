"""The words of an Embedding layer in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from galaxy_keras.artefacts.tables.vectors import write_rows
from galaxy_keras.errors import ConfigurationError, DataError, list_names, suggest
from galaxy_keras.plots.array_types import BoolArray, FloatArray
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import INK, MUTED, SERIES_COLORS
from galaxy_keras.plots.drawing.text import clean_text, format_count, shorten_text
from galaxy_keras.plots.inputs.classes import parse_names
from galaxy_keras.plots.inputs.embeddings import Vocabulary, read_embedding
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

Method = Literal["pca", "tsne"]

TITLE = "Embedding projection"
SIZE = (8.0, 7.0)
MIN_WORDS = 3
MAX_PERPLEXITY = 30.0
MAX_LABELS = 150
MAX_WORD_LENGTH = 20
CORNERS = ((1, 1), (-1, 1), (1, -1), (-1, -1))
"""Where a word may be placed relative to its point: to the right or left, above or below."""


@dataclass(frozen=True)
class Projection:
    """Words and their coordinates.

    Attributes
    ----------
    words
        The words, or their indices as text.
    coordinates
        Coordinates, shape (words, 2).
    explained_variance_ratio
        The fraction of variance explained by each axis; None for t-SNE.
    """

    words: tuple[str, ...]
    coordinates: FloatArray
    explained_variance_ratio: tuple[float, float] | None


def plot_embedding_projection(
    *,
    model: Path,
    vocabulary: TableSource | None,
    method: Method,
    layer: str | None,
    words: str | None,
    top: int,
    settings: FigureSettings,
) -> Drawing:
    """Read the vectors of an Embedding layer and draw them in two dimensions.

    Raises
    ------
    ConfigurationError
        If there is no such layer or no such word.
    DataError
        If the vocabulary cannot be used.
    ModelFileError
        If the model is not fitted or has no Embedding layer.
    """
    embedding = read_embedding(model, layer, vocabulary)
    vectors, known = embedding.vectors, embedding.words
    marked = parse_names(words)
    chosen = choose_words(len(vectors), known, marked, top)
    named = tuple(str(index) if known is None else known[index] for index in chosen)
    projection = compute_projection(vectors[chosen], named, method)
    drawing = draw_projection(projection, marked=marked, settings=settings)
    files = {
        "vectors": partial(write_rows, rows=[map(repr, row) for row in vectors[chosen].tolist()]),
        "metadata": partial(write_rows, rows=[[clean_text(word)] for word in named]),
    }
    return replace(drawing, files=files)


def choose_words(
    count: int, vocabulary: Vocabulary | None, marked: list[str], top: int
) -> list[int]:
    """Return the indices to project: those of the marked words and the `top` lowest.

    Raises
    ------
    ConfigurationError
        If a marked word is not in the vocabulary.
    DataError
        If there are too few words.
    """
    words = vocabulary or {index: str(index) for index in range(count)}
    by_word = {word: index for index, word in words.items()}
    missing = [word for word in marked if word not in by_word]
    if missing:
        raise ConfigurationError(
            f"--words: there is no word {list_names(missing)} in the vocabulary."
            f"{suggest(missing[0], by_word)}"
        )
    chosen = sorted({*sorted(words)[:top], *(by_word[word] for word in marked)})
    if len(chosen) < MIN_WORDS:
        raise DataError(f"there are {len(chosen)} words, and a projection needs {MIN_WORDS}")
    return chosen


def compute_projection(vectors: FloatArray, words: tuple[str, ...], method: Method) -> Projection:
    """Project vectors to two dimensions; the projection is deterministic.

    Parameters
    ----------
    vectors
        Vectors, shape (words, dimensions).
    method
        Principal component analysis, or t-SNE (van der Maaten and Hinton, 2008,
        https://jmlr.org/papers/v9/vandermaaten08a.html).

    Raises
    ------
    DataError
        If the vectors have one dimension only.
    """
    if vectors.shape[1] < 2:
        raise DataError("the Embedding layer has an output_dim of 1; there is nothing to project")
    if method == "pca":
        pca = PCA(n_components=2, svd_solver="full")
        coordinates = pca.fit_transform(vectors)
        first, second = pca.explained_variance_ratio_.tolist()
        return Projection(words, coordinates, (first, second))
    perplexity = min(MAX_PERPLEXITY, (len(vectors) - 1) / 3)
    tsne = TSNE(n_components=2, perplexity=perplexity, init="pca", random_state=0)
    # More threads add in another order, and take far longer on a busy machine.
    with threadpool_limits(1):
        coordinates = np.asarray(tsne.fit_transform(vectors), dtype=np.float64)
    return Projection(words, coordinates, None)


def draw_projection(
    projection: Projection, *, marked: list[str], settings: FigureSettings
) -> Drawing:
    """Draw a point for each word, and as many labels as fit without overlap, marked words first."""
    subtitle = _describe(projection)
    figure = create_figure(settings, SIZE, title=TITLE, subtitle=subtitle)
    labels = ("", "")
    if projection.explained_variance_ratio is not None:
        first, second = projection.explained_variance_ratio
        labels = (
            f"First component ({first:.1%} of the variance)",
            f"Second component ({second:.1%} of the variance)",
        )
    axes = figure.add_subplot(xlabel=labels[0], ylabel=labels[1])
    axes.grid()
    is_marked = np.isin(projection.words, marked)
    for rows, color in ((~is_marked, SERIES_COLORS[0]), (is_marked, SERIES_COLORS[1])):
        x, y = projection.coordinates[rows].T
        axes.scatter(x, y, s=16, color=color, alpha=0.7, linewidths=0)
    axes.margins(0.08)
    figure.draw_without_rendering()
    _draw_words(axes, projection, is_marked)
    description = f"Scatter plot of words by their vectors. {subtitle}."
    return Drawing(figure, choose_title(settings, TITLE), description)


def _draw_words(axes: Axes, projection: Projection, is_marked: BoolArray) -> None:
    """Write the words that do not run into one written before."""
    occupied: list[Bbox] = []
    order = np.argsort(~is_marked, kind="stable").tolist()
    for index in order[: MAX_LABELS + int(is_marked.sum())]:
        important = bool(is_marked[index])
        for corner in CORNERS:
            text = _draw_word(axes, projection, index, corner, important=important)
            box = text.get_window_extent().padded(1.5)
            if not box.count_overlaps(occupied) or (important and corner == CORNERS[-1]):
                occupied.append(box)
                break
            text.remove()


def _draw_word(
    axes: Axes, projection: Projection, index: int, corner: tuple[int, int], *, important: bool
) -> Text:
    return axes.annotate(
        shorten_text(clean_text(projection.words[index]), MAX_WORD_LENGTH),
        projection.coordinates[index],
        xytext=(3 * corner[0], 3 * corner[1]),
        textcoords="offset points",
        ha="left" if corner[0] > 0 else "right",
        va="bottom" if corner[1] > 0 else "top",
        fontsize="medium" if important else "x-small",
        fontweight="bold" if important else "normal",
        color=INK if important else MUTED,
        in_layout=False,
    )


def _describe(projection: Projection) -> str:
    method = "t-SNE" if projection.explained_variance_ratio is None else "principal components"
    return f"{format_count(len(projection.words))} words by {method}"
