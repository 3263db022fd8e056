"""Column selections: ``all``, ``1,3-5``, ``not:1,2``, ``name:age``, ``not-name:id``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from galaxy_keras.errors import DataError, list_names, suggest
from galaxy_keras.schema.values.component import FrozenModel

Span = tuple[int, int]
MAX_NAMES_DESCRIBED = 10

_NAME = re.compile(r'\s*+(?:"((?:[^"]|"")*+)"\s*+|([^,]*+))(?:,|\Z)')
_SPAN = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?")
_SYNTAX = "Write all, 1,3-5, not:1,2, name:age,weight or not-name:id"


class ColumnSelection(FrozenModel):
    """The columns of a table to use, in order.

    Attributes
    ----------
    by
        Whether columns are selected by number or by name, or `all` of them.
    excluding
        Whether the listed columns are excluded.
    spans
        First and last number of each range of columns, both included, from 1.
    names
        Column names. One that is not in the header stands for the same in double quotes, as R
        writes it.
    """

    by: Literal["all", "number", "name"] = "all"
    excluding: bool = False
    spans: tuple[Span, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> ColumnSelection:
        """Return the selection that `text` describes.

        Raises
        ------
        DataError
            If the text has none of the five forms, or lists a column twice.

        Examples
        --------
        ::

            ColumnSelection.parse('name:age,"weight, kg"').names == ("age", "weight, kg")
        """
        if text.strip() == "all":
            return cls()
        prefix, colon, rest = text.partition(":")
        if not colon:
            return cls(by="number", spans=_parse_spans(text, text))
        match prefix.strip():
            case "not":
                return cls(by="number", excluding=True, spans=_parse_spans(rest, text))
            case "name":
                return cls(by="name", names=_parse_names(rest, text))
            case "not-name":
                return cls(by="name", excluding=True, names=_parse_names(rest, text))
        raise _refused(text, f'"{prefix}:" is not known')

    def __str__(self) -> str:
        if self.by == "all":
            return "all"
        if self.by == "number":
            return ("not:" if self.excluding else "") + ",".join(map(_format_span, self.spans))
        return ("not-name:" if self.excluding else "name:") + ",".join(map(_quote, self.names))

    def choose(self, names: Sequence[str] | None, count: int, where: str) -> list[int]:
        """Return the indices of the selected columns, from 0, in the order of the selection.

        Parameters
        ----------
        names
            Column names of the table; None without a header.
        count
            Number of columns of the table.
        where
            How messages begin: the table.

        Raises
        ------
        DataError
            If a column does not exist, columns are selected by name from a table without
            header, a name is that of several columns, or no column is left.
        """
        if self.by == "all":
            return list(range(count))
        listed = (
            self._find_names(names, where)
            if self.by == "name"
            else self._find_numbers(count, where)
        )
        if not self.excluding:
            return listed
        left_out = set(listed)
        chosen = [column for column in range(count) if column not in left_out]
        if not chosen:
            raise DataError(
                f'{where}: the column selection "{self}" leaves none of {count} columns'
            )
        return chosen

    def _find_numbers(self, count: int, where: str) -> list[int]:
        beyond = [span for span in self.spans if span[1] > count]
        if beyond:
            columns = "1 column" if count == 1 else f"{count} columns"
            raise DataError(
                f'{where}: the column selection "{self}" asks for column '
                f"{max(beyond[0][0], count + 1)}, but the file has {columns}"
            )
        return [number - 1 for first, last in self.spans for number in range(first, last + 1)]

    def _find_names(self, names: Sequence[str] | None, where: str) -> list[int]:
        if names is None:
            raise DataError(
                f'{where}: the column selection "{self}" needs column names, but no header was '
                "declared. Declare the first row as header, or select columns by number"
            )
        positions = locate_names(names)
        found = {name: positions.get(name) or positions.get(f'"{name}"', []) for name in self.names}
        wrong = [name for name, columns in found.items() if len(columns) != 1]
        if wrong:
            problems = (
                _describe_wrong_name(name, found[name], names, where)
                for name in wrong[:MAX_NAMES_DESCRIBED]
            )
            raise DataError(*problems)
        return [columns[0] for columns in found.values()]


def locate_names(names: Sequence[str]) -> dict[str, list[int]]:
    """Return the positions of each name, from 0, by the name."""
    positions: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        positions.setdefault(name, []).append(position)
    return positions


def _describe_wrong_name(
    name: str, columns: Sequence[int], names: Sequence[str], where: str
) -> str:
    if not columns:
        quoting = any("," in each for each in names)
        return (
            f'{where}: there is no column "{name}".{suggest(name, names)} '
            f"The columns are: {list_names(list(map(_quote, names)) if quoting else names)}"
            + (". A name with a comma in it goes in double quotes" if quoting else "")
        )
    numbers = " and ".join(str(each + 1) for each in columns[:MAX_NAMES_DESCRIBED])
    return f'{where}: the name "{name}" is that of columns {numbers}. Select them by number instead'


def _parse_spans(listed: str, text: str) -> tuple[Span, ...]:
    spans = tuple(_parse_span(item.strip(), text) for item in listed.split(","))
    for previous, span in pairwise(sorted(spans)):
        if span[0] <= previous[1]:
            raise _refused(text, f"column {span[0]} is listed twice")
    return spans


def _parse_span(item: str, text: str) -> Span:
    match = _SPAN.fullmatch(item)
    if not match:
        raise _refused(text, f'"{item}" is not a column number' if item else "a number is missing")
    first, last = int(match[1]), int(match[2] or match[1])
    if first == 0:
        raise _refused(text, "columns are counted from 1")
    if last < first:
        raise _refused(text, f'"{item}" is in descending order')
    return first, last


def _parse_names(listed: str, text: str) -> tuple[str, ...]:
    names = tuple(_split_names(listed.strip()))
    if "" in names:
        raise _refused(text, "a name is missing")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise _refused(text, f'"{name}" is listed twice')
    return names


def _split_names(listed: str) -> Iterator[str]:
    position = 0
    while match := _NAME.match(listed, position):
        yield match[2].strip() if match[1] is None else match[1].replace('""', '"')
        position = match.end()
        if not match[0].endswith(",") or position > len(listed):
            return


def _quote(name: str) -> str:
    """Return a name as `_split_names` takes it."""
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name


def _format_span(span: Span) -> str:
    first, last = span
    return str(first) if first == last else f"{first}-{last}"


def _refused(text: str, reason: str) -> DataError:
    return DataError(f'the column selection "{text}" cannot be read: {reason}. {_SYNTAX}')
