"""The content of a report, before rendering as HTML."""

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
    """Name and value pairs (an HTML description list)."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows under a header.

    Attributes
    ----------
    caption
        Caption of the table.
    header
        Names of the columns.
    rows
        Cells as text; the first cell of a row is its header.
    numbers
        Positions of the columns that hold numbers.
    collapsed
        Whether it is collapsed until a reader opens it.
    """

    kind: ClassVar[str] = "table"
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of the report.

    Attributes
    ----------
    svg
        Markup of this project's own making, in which all texts are escaped.
    description
        Alternative text.
    width
        Width in points.
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
        Title on one line.
    summary
        The main facts.
    sections
        Sections in the order of the page.
    version
        Version of this package.
    """

    title: str
    summary: Facts
    sections: tuple[Section, ...]
    version: str
