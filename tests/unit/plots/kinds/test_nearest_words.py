"""Neighbours by cosine similarity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.plots.inputs.embeddings import Embedding
from galaxy_keras.plots.kinds.nearest_words import draw_neighbours, find_neighbours
from galaxy_keras.schema.requests.plots import FigureSettings

WORDS = {1: "king", 2: "queen", 3: "toad", 4: "newt", 5: "ghost"}
# The length of a vector does not matter; "ghost" has none.
VECTORS = np.array([[9, 9], [1, 0], [4, 3], [0, 2], [-3, 4], [0, 0]], np.float64)
EMBEDDING = Embedding(VECTORS, WORDS)


def test_neighbours_are_in_order_of_the_cosine():
    [found] = find_neighbours(EMBEDDING, ["king"], 10)
    assert found.word == "king"
    assert found.words == ("queen", "toad", "newt")
    assert found.similarities == pytest.approx((0.8, 0.0, -0.6))


def test_count():
    found = find_neighbours(EMBEDDING, ["toad", "queen"], 1)
    assert [each.words for each in found] == [("newt",), ("king",)]


@pytest.mark.parametrize(
    ("embedding", "word", "message"),
    [
        (EMBEDDING, "kin", 'there is no word kin in the vocabulary. Did you mean "king"?'),
        (EMBEDDING, "ghost", "ghost has no vector, but zeros"),
        (Embedding(VECTORS, None), "king", "is not in the model, because its input is not"),
    ],
)
def test_problems(embedding: Embedding, word: str, message: str):
    with pytest.raises(ConfigurationError) as caught:
        find_neighbours(embedding, [word], 3)
    assert message in str(caught.value)


def test_table_and_description(tmp_path: Path):
    found = find_neighbours(EMBEDDING, ["king", "toad"], 2)
    drawing = draw_neighbours(found, settings=FigureSettings())
    assert drawing.description == "Bars of similarity. king: queen, toad; toad: newt, queen."
    drawing.files["table"](tmp_path / "table.tsv")
    assert (tmp_path / "table.tsv").read_text().splitlines() == [
        "word\trank\tneighbour\tsimilarity",
        "king\t1\tqueen\t0.8",
        "king\t2\ttoad\t0.0",
        "toad\t1\tnewt\t0.8",
        "toad\t2\tqueen\t0.6",
    ]
