"""The page on the encodings says what they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.codegen.encodings_page import EXAMPLES, Cell, Example, render_encodings_page
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding
from galaxy_keras.schema.values.literals import parse_call
from galaxy_keras.schema.values.relations import check_relations
from galaxy_keras.schema.values.values import check_options

ALL = [example for examples in EXAMPLES.values() for example in examples]


def make_column(cells: tuple[Cell, ...]) -> Any:
    if any(isinstance(cell, str) for cell in cells):
        return ["" if cell is None else cell for cell in cells]
    return np.array([np.nan if cell is None else cell for cell in cells])


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.call)
def test_each_example_is_what_the_encoding_gives(example: Example) -> None:
    name, options = parse_call(example.call)
    entry = ENCODINGS.get(name)
    checked = check_options(entry, options, name)
    check_relations(entry, checked, name)
    names = tuple(example.columns)
    training = RawColumns(names, tuple(map(make_column, example.columns.values())))
    fitted = fit_encoding(name, checked, training)
    rows = RawColumns(names, tuple(map(make_column, zip(*example.rows, strict=True))))
    assert tuple(map(str, fitted.encode(rows).tolist())) == example.encoded


def test_each_encoding_has_a_section_with_an_example() -> None:
    page = render_encodings_page()
    for entry in ENCODINGS:
        assert f"\n## {entry.name}\n" in page
        # Pictures cannot be written down.
        assert entry.name in EXAMPLES or entry.name == "image"


def test_what_stands_in_a_table_keeps_its_marks() -> None:
    assert r"`` !\"#$%&()*+,-./:;<=>?@[\]^_`{\|}~ ``".replace('\\"', '"') in render_encodings_page()
