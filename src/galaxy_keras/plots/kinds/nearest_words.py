"""The words whose vectors are nearest to those of given words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.tables import write_table
from galaxy_keras.errors import ConfigurationError, list_names, suggest
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import SERIES_COLORS
from galaxy_keras.plots.drawing.text import clean_text, shorten_text
from galaxy_keras.plots.inputs.classes import parse_names
from galaxy_keras.plots.inputs.embeddings import Embedding, read_embedding
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

TITLE = "Nearest words"
WIDTH = 7.0
MAX_LABEL_LENGTH = 30


@dataclass(frozen=True)
class Neighbours:
    """The words nearest to a word.

    Attributes
    ----------
    word
        The word.
    words
        The others, the nearest first.
    similarities
        The cosines of the angles between their vectors, from -1 to 1.
    """

    word: str
    words: tuple[str, ...]
    similarities: tuple[float, ...]


def plot_nearest_words(
    *,
    model: Path,
    vocabulary: TableSource | None,
    words: str | None,
    layer: str | None,
    count: int,
    settings: FigureSettings,
) -> Drawing:
    """Read the vectors of an Embedding layer and draw the words nearest to some of them.

    Raises
    ------
    ConfigurationError
        If there is no such layer or word, or it is not known which vector is that of which word.
    DataError
        If the vocabulary cannot be used.
    ModelFileError
        If the model is not fitted or has no Embedding layer.
    """
    asked = parse_names(words)
    if not asked:
        raise ConfigurationError("--words says which words to look for. Give at least one")
    found = find_neighbours(read_embedding(model, layer, vocabulary), asked, count)
    return draw_neighbours(found, settings=settings)


def find_neighbours(embedding: Embedding, asked: list[str], count: int) -> list[Neighbours]:
    """Return the words nearest to each of some words, by cosine similarity.

    Words without a vector (zeros) are near to none.

    Parameters
    ----------
    embedding
        The vectors.
    asked
        The words.
    count
        How many others for each.

    Raises
    ------
    ConfigurationError
        If the words of the vectors are not known, or one of `asked` is not among them or has no
        vector.
    """
    if embedding.words is None:
        raise ConfigurationError(
            "which vector is that of which word is not in the model, because its input is not "
            "encoded from raw texts. Give the words as --vocabulary"
        )
    norms = np.linalg.norm(embedding.vectors, axis=1)
    indices = [index for index in embedding.words if norms[index] > 0]
    names = [embedding.words[index] for index in indices]
    _check_words(asked, names, list(embedding.words.values()))
    units = embedding.vectors[indices] / norms[indices, np.newaxis]
    rows = {name: row for row, name in enumerate(names)}
    return [_find(names, units, rows[word], count) for word in asked]


def draw_neighbours(found: list[Neighbours], *, settings: FigureSettings) -> Drawing:
    """Draw for each word a bar for each of its neighbours, the nearest on top."""
    rows = sum(len(each.words) + 1 for each in found)
    subtitle = "by the cosine of the angle between their vectors"
    size = (WIDTH, 1.4 + 0.27 * max(rows, 4))
    figure = create_figure(settings, size, title=TITLE, subtitle=subtitle)
    axes = figure.add_subplot(xlabel="Cosine similarity")
    labels, bold, position = [], [], 0
    for number, each in enumerate(found):
        labels.append(each.word)
        bold.append(position)
        positions = np.arange(position + 1, position + 1 + len(each.words))
        color = SERIES_COLORS[number % len(SERIES_COLORS)]
        axes.barh(positions, each.similarities, height=0.7, color=color)
        labels += each.words
        position += 1 + len(each.words)
    shown = [shorten_text(clean_text(label), MAX_LABEL_LENGTH) for label in labels]
    axes.set_yticks(range(rows), shown)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    for index in bold:
        axes.get_yticklabels()[index].set_fontweight("bold")
    return Drawing(
        figure,
        choose_title(settings, TITLE),
        f"Bars of similarity. {_describe(found)}.",
        files={"table": partial(_write, found=found)},
    )


def _check_words(asked: list[str], names: list[str], known: list[str]) -> None:
    missing = [word for word in asked if word not in known]
    if missing:
        raise ConfigurationError(
            f"--words: there is no word {list_names(missing)} in the vocabulary."
            f"{suggest(missing[0], known)}"
        )
    empty = [word for word in asked if word not in names]
    if empty:
        raise ConfigurationError(
            f"--words: {list_names(empty)} has no vector, but zeros: it was not among the "
            "pretrained ones. Choose other words"
        )


def _find(
    names: list[str], units: np.ndarray[tuple[int, ...], np.dtype[np.float64]], row: int, count: int
) -> Neighbours:
    similarities = units @ units[row]
    order = [each for each in np.argsort(-similarities, kind="stable").tolist() if each != row]
    nearest = order[:count]
    return Neighbours(
        names[row],
        tuple(names[each] for each in nearest),
        tuple(float(similarities[each]) for each in nearest),
    )


def _write(path: Path, found: list[Neighbours]) -> None:
    rows = [
        (each.word, rank, word, similarity)
        for each in found
        for rank, (word, similarity) in enumerate(
            zip(each.words, each.similarities, strict=True), 1
        )
    ]
    words, ranks, others, similarities = zip(*rows, strict=True) if rows else ((),) * 4
    columns = [
        np.array([clean_text(word) for word in words], object),
        np.array(ranks, np.int64),
        np.array([clean_text(word) for word in others], object),
        np.array(similarities, np.float64),
    ]
    write_table(path, ["word", "rank", "neighbour", "similarity"], columns)


def _describe(found: list[Neighbours]) -> str:
    return "; ".join(
        f"{clean_text(each.word)}: {', '.join(map(clean_text, each.words[:3]))}"
        for each in found[:5]
    )
