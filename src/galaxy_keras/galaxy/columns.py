"""How a form chooses columns, as the SPEC of the commands."""

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
    """Return the columns that a form chooses, for example ``1,3-5`` or ``name:age,weight``.

    Parameters
    ----------
    selector
        The part of the form that chooses columns.
    way
        Its field that says how they are chosen.
    columns
        Its field that lists them: numbers counted from 1, or names with commas.

    Returns
    -------
    str or None
        A column SPEC; None where the form does not say.

    Raises
    ------
    ConfigurationError
        If columns are to be listed but are not, or are not listed as they should be.
    """
    chosen_way = selector.text(selector_field)
    if chosen_way is None:
        return None
    if chosen_way == "all_columns":
        return "all"
    if chosen_way not in _PREFIXES:
        raise ConfigurationError(
            f'{selector.describe(selector_field)}: there is no way "{chosen_way}" '
            f"to select columns. Known are: {', '.join(_PREFIXES)}, all_columns"
        )
    listed = selector.texts(columns)
    if not listed:
        raise ConfigurationError(
            f"{selector.describe(columns)} is empty. Select columns, or choose all_columns"
        )
    if chosen_way.endswith("index_number"):
        listed = list(_join_ranges(_read_numbers(selector, columns, listed)))
    return _PREFIXES[chosen_way] + ",".join(listed)


def _read_numbers(selector: Form, columns: str, listed: list[str]) -> list[int]:
    wrong = [text for text in listed if not text.isdecimal()]
    if wrong:
        raise ConfigurationError(
            f'{selector.describe(columns)}: "{wrong[0]}" is not a column number'
        )
    return [int(text) for text in listed]


def _join_ranges(numbers: Iterable[int]) -> Iterator[str]:
    """Write each run of numbers that follow each other as ``first-last``."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    for first, last in runs:
        yield str(first) if first == last else f"{first}-{last}"
