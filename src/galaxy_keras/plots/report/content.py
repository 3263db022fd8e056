"""What a report says, before it becomes HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Short answers: pairs of what is asked and what is so."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows under a header.

    Attributes
    ----------
    caption
        What the table holds.
    header
        The name of each column.
    rows
        Texts; the first one of a row is its header.
    numbers
        Positions of the columns that hold numbers.
    collapsed
        Whether a reader opens it first.
    """

    kind: ClassVar[str] = "table"
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing.

    Attributes
    ----------
    svg
        Markup of this project's own making, in which all texts are escaped.
    description
        What it shows, in words.
    width
        In points.
    """

    kind: ClassVar[str] = "picture"
    title: str
    svg: str
    description: str
    width: float


@dataclass(frozen=True, slots=True)
class Code:
    """Text to copy."""

    kind: ClassVar[str] = "code"
    caption: str
    text: str
    collapsed: bool = False


Block = Paragraph | Facts | ReportTable | Picture | Code


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report under its own heading; `anchor` is its name in links."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The whole report.

    Attributes
    ----------
    title
        One line.
    summary
        What most readers want to know, as pairs.
    sections
        In the order of reading.
    version
        Of this package.
    """

    title: str
    summary: Facts
    sections: tuple[Section, ...]
    version: str
