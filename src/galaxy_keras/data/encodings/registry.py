"""From the name of an encoding to the module that does it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from galaxy_keras.catalogue.encodings import ENCODINGS, EncodingEntry
from galaxy_keras.data.encodings.encoding import Encoding, EncodingState, RawColumns
from galaxy_keras.errors import ConfigurationError, ModelFileError
from galaxy_keras.schema.values.relations import check_relations
from galaxy_keras.schema.values.values import check_options


def fit_encoding(name: str, options: Mapping[str, Any], columns: RawColumns) -> Encoding:
    """Return an encoding, fitted on columns of the training rows.

    Parameters
    ----------
    name
        Its name in the catalogue.
    options
        Checked options (`schema.values.values.check_options`); defaults may be missing. What the
        network says (`length`, `size`) is to be filled in before.
    columns
        The columns that it takes, training rows only.

    Raises
    ------
    ConfigurationError
        If there is no such encoding.
    DataError
        If the columns cannot be encoded so.
    """
    entry = ENCODINGS.get(name)
    return _find_class(entry).fit(entry, options, columns)


def restore_encoding(name: str, options: Mapping[str, Any], state: EncodingState) -> Encoding:
    """Return the encoding that a fitted model holds; all that is given may come from anywhere.

    Raises
    ------
    ModelFileError
        If there is no such encoding, the options are not its own, or `state` is not what fitting
        could have made.
    """
    try:
        entry = ENCODINGS.get(name)
        where = f"encoding {entry.name}"
        checked = check_options(entry, options, where)
        check_relations(entry, checked, where)
    except ConfigurationError as error:
        raise ModelFileError(*error.problems) from error
    return _find_class(entry).restore(entry, checked, state)


def _find_class(entry: EncodingEntry) -> type[Encoding]:
    """Import the module here, so that one encoding does not wait for what another one needs."""
    found: type[Encoding] = import_module(entry.module).Encoding
    return found
