from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.inputs.embeddings import read_vocabulary
from galaxy_keras.plots.kinds.embedding_projection import (
    choose_words,
    compute_projection,
    draw_projection,
)
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

VECTORS = np.random.default_rng(1).normal(size=(20, 5))
WORDS = tuple(f"word_{number}" for number in range(20))


def vocabulary(folder: Path, *rows: str) -> TableSource:
    path = folder / "words.tsv"
    path.write_text("".join(f"{row}\n" for row in rows))
    return TableSource(path=path)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("pad", "the", "film"), {0: "pad", 1: "the", 2: "film"}),
        (("the\t7", "film\t3", "far\t99"), {7: "the", 3: "film"}),
        (("7\tthe", "3\tfilm"), {7: "the", 3: "film"}),
        (("1", "2"), {0: "1", 1: "2"}),
    ],
)
def test_vocabulary(tmp_path: Path, rows: tuple[str, ...], expected: dict[int, str]) -> None:
    assert read_vocabulary(vocabulary(tmp_path, *rows), 10) == expected


def test_vocabulary_of_other_columns(tmp_path: Path) -> None:
    source = vocabulary(tmp_path, "the\ta", "film\tb")
    with pytest.raises(DataError) as caught:
        read_vocabulary(source, 10)
    assert str(caught.value) == (
        f"{source.path} must hold one column of words, or one of words and one of their indices. "
        "If its first row holds column names, give --vocabulary-header"
    )


def test_vocabulary_of_another_model(tmp_path: Path) -> None:
    source = vocabulary(tmp_path, "the\t70", "film\t30")
    with pytest.raises(DataError) as caught:
        read_vocabulary(source, 10)
    assert str(caught.value) == f"{source.path}: no word has an index from 0 to 9"


def test_marked_words_are_projected_beside_the_lowest_indices() -> None:
    words = dict(enumerate(WORDS))
    assert choose_words(20, words, ["word_17"], top=3) == [0, 1, 2, 17]
    assert choose_words(20, None, ["17"], top=3) == [0, 1, 2, 17]


def test_unknown_word() -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose_words(20, {0: "film", 1: "actor", 2: "plot"}, ["flim"], top=3)
    assert str(caught.value) == (
        '--words: there is no word flim in the vocabulary. Did you mean "film"?'
    )


def test_too_few_words() -> None:
    with pytest.raises(DataError) as caught:
        choose_words(20, {0: "film", 1: "actor"}, [], top=300)
    assert str(caught.value) == "there are 2 words, and a projection needs 3"


def test_principal_components_equal_those_of_scikit_learn() -> None:
    projection = compute_projection(VECTORS, WORDS, "pca")
    pca = PCA(2).fit(VECTORS)
    np.testing.assert_allclose(projection.coordinates, pca.transform(VECTORS))
    assert projection.explained_variance_ratio == pytest.approx(
        tuple(pca.explained_variance_ratio_)
    )


def test_tsne_gives_the_same_places_each_time() -> None:
    first, second = (compute_projection(VECTORS, WORDS, "tsne") for _ in range(2))
    assert first.coordinates.shape == (20, 2)
    np.testing.assert_array_equal(first.coordinates, second.coordinates)
    assert first.explained_variance_ratio is None


def test_vectors_of_one_dimension() -> None:
    with pytest.raises(DataError) as caught:
        compute_projection(VECTORS[:, :1], WORDS, "pca")
    assert str(caught.value) == (
        "the Embedding layer has an output_dim of 1; there is nothing to project"
    )


def test_description() -> None:
    projection = compute_projection(VECTORS, WORDS, "pca")
    with plot_style(10):
        drawing = draw_projection(projection, marked=["word_3"], settings=FigureSettings())
    assert drawing.description == (
        "Scatter plot of words by their vectors. 20 words by principal components."
    )
