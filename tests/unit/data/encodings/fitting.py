"""Fits encodings on columns that are written down in a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.data.encodings.encoding import Encoding, RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding, restore_encoding
from galaxy_keras.schema.values.literals import parse_call
from galaxy_keras.schema.values.relations import check_relations
from galaxy_keras.schema.values.values import check_options


def make_columns(*columns: Any, names: Sequence[str] = ()) -> RawColumns:
    """Return columns, called c1, c2, ... unless they have names."""
    names = tuple(names) or tuple(f"c{number}" for number in range(1, len(columns) + 1))
    return RawColumns(names, columns)


def fit(text: str, *columns: Any, names: Sequence[str] = ()) -> Encoding:
    """Return the encoding that `text` describes, fitted and restored from what it stores."""
    name, options = parse_call(text)
    entry = ENCODINGS.get(name)
    checked = check_options(entry, options, name)
    check_relations(entry, checked, name)
    fitted = fit_encoding(name, checked, make_columns(*columns, names=names))
    restored = restore_encoding(name, checked, fitted.get_state())
    assert restored.shape == fitted.shape
    assert restored.dtype == fitted.dtype
    assert restored.describe() == fitted.describe()
    return restored


def encode(encoding: Encoding, *columns: Any) -> np.ndarray:
    """Return encoded columns, whose shape and datatype are those that the encoding tells."""
    encoded = encoding.encode(make_columns(*columns))
    assert encoded.dtype == encoding.dtype
    assert encoded.shape[1:] == encoding.shape
    return encoded
