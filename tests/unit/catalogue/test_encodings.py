"""What the catalogue says of an encoding is what its module does."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from galaxy_keras.catalogue.encodings import ENCODINGS, EncodingEntry
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding

DERIVED = {"columns": 2, "levels": 4, "letters": 4, "kmers": 4**3}
COLUMNS: dict[str, tuple[Any, ...]] = {
    "numbers": (np.array([1.5, 2]), np.array([3, 4])),
    "categories": (["a", "b"], ["c", "d"]),
    "windows": (np.array([1.5, 2]), np.array([3, 4])),
    "image": (["x.png", "y.png"],),
    "letters": (["ACGT", "TT"],),
    "kmers": (["ACGT", "TTT"],),
}
SIZES = {"length": 2, "size": 9, "height": 5, "width": 6, "channels": 1}
CASES = [(entry, output) for entry in ENCODINGS for output in entry.axes]


def read_file(name: str) -> bytes:
    file = io.BytesIO()
    Image.new("L", (3, 3)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("entry", "output"), CASES, ids=lambda each: getattr(each, "name", each))
def test_samples_have_the_axes(entry: EncodingEntry, output: str) -> None:
    axes = entry.axes[output]
    options: dict[str, Any] = {name: SIZES[name] for name in axes if name in SIZES}
    if output:
        options["output"] = output
    columns = COLUMNS.get(entry.name, (["a b", "c"],))
    names = tuple("ab"[: len(columns)])
    encoding = fit_encoding(entry.name, options, RawColumns(names, columns, read_file=read_file))
    assert encoding.shape == tuple({**DERIVED, **SIZES}[axis] for axis in axes)
    assert (encoding.vocabulary_size is not None) == (output in entry.index_outputs)
    assert (encoding.dtype == np.int32) == (output in entry.index_outputs)


@pytest.mark.parametrize("entry", list(ENCODINGS), ids=ENCODINGS.names)
def test_axes_are_given_for_each_output(entry: EncodingEntry) -> None:
    output = entry.parameter("output")
    assert tuple(entry.axes) == (output.choices if output else ("",))
    assert set(entry.index_outputs) <= set(entry.axes)
    assert all(each.required is False and each.help for each in entry.parameters)
