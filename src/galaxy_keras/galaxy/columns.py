"""Column selections of a form, as the SPEC of the commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.galaxy.form import Form

_PREFIXES = {
    "by_index_number": "",
    "all_but_by_index_number": "not:",
    "by_header_name": "name:",
    "all_but_by_header_name": "not-name:",
}


def read_column_selector(selector: Form, selector_field: str, columns: str) -> str | None:
    """Return the columns that a form selects, for example ``1,3-5`` or ``name:age,weight``.

    Parameters
    ----------
    selector
        The section of the form that selects columns.
    selector_field
        Name of its field with the kind of selection.
    columns
        Name of its field with the columns: numbers from 1, or names separated by commas.

    Returns
    -------
    str or None
        A column SPEC; None if the form has no selection.

    Raises
    ------
    ConfigurationError
        If the kind of selection is unknown, or the columns are missing or not numbers.
    """
    kind = selector.text(selector_field)
    if kind is None:
        return None
    if kind == "all_columns":
        return "all"
    if kind not in _PREFIXES:
        raise ConfigurationError(
            f'{selector.describe(selector_field)}: there is no column selector "{kind}". '
            f"Choose from: {', '.join(_PREFIXES)}, all_columns"
        )
    listed = selector.texts(columns)
    if not listed:
        raise ConfigurationError(
            f"{selector.describe(columns)} is empty. Select columns, or choose all_columns"
        )
    if kind.endswith("index_number"):
        listed = list(_join_ranges(_read_numbers(selector, columns, listed)))
    return _PREFIXES[kind] + ",".join(listed)


def _read_numbers(selector: Form, columns: str, listed: list[str]) -> list[int]:
    wrong = [text for text in listed if not text.isdecimal()]
    if wrong:
        raise ConfigurationError(
            f'{selector.describe(columns)}: "{wrong[0]}" is not a column number'
        )
    return [int(text) for text in listed]


def _join_ranges(numbers: Iterable[int]) -> Iterator[str]:
    """Yield each range of consecutive numbers as ``first-last``."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    for first, last in ranges:
        yield str(first) if first == last else f"{first}-{last}"
