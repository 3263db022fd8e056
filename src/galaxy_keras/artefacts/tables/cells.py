"""Classifying single cells, and describing what is wrong with them."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from galaxy_keras.errors import escape_name

MISSING_MARKERS = frozenset(
    {"", "NA", "N/A", "#N/A", "<NA>", "NaN", "NAN", "nan", "+nan", "-nan", "-NaN"}
)

BOOLEANS = {"True": "1", "TRUE": "1", "False": "0", "FALSE": "0"}
"""The truth values that pandas and R write, as the numbers that they stand for."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_WITH_COMMAS = re.compile(r"[+-]?[0-9.]*(?:,[0-9]+)+(?:\.[0-9]*)?")
_SURROGATE = re.compile("[\udc80-\udcff]")
_MAX_SHOWN_LENGTH = 40


class CellProblem(NamedTuple):
    """What is wrong with a cell, and what to do about it."""

    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.what}. {self.advice}"


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number that fits into 32 bits."""
    return bool(_NUMBER.fullmatch(cell)) and not np.isinf(_to_float32(cell))


def is_decimal_number(cell: str) -> bool:
    """Whether a cell is written as a decimal number, however large."""
    return _NUMBER.fullmatch(cell) is not None


def is_numeric(cell: str) -> bool:
    """Whether a cell is written like a number, be it infinite or too large."""
    return bool(_NUMBER.fullmatch(cell) or _INFINITE.fullmatch(cell))


def is_boolean(cell: str) -> bool:
    """Whether a cell is a truth value, as pandas and R write them."""
    return cell in BOOLEANS


def is_missing(cell: str) -> bool:
    """Whether a cell is empty or a marker of a missing value."""
    return cell in MISSING_MARKERS


def is_missing_or_infinite(cell: str) -> bool:
    """Whether a cell is missing or infinite, as scores of diverged training are."""
    return is_missing(cell) or bool(_INFINITE.fullmatch(cell))


def find_number_problem(cell: str) -> CellProblem | None:
    """Return why a cell is not a number that a network can use; None if it is one."""
    if is_number(cell):
        return None
    if _INFINITE.fullmatch(cell):
        return CellProblem(f'"{cell}" is not a finite number', "Correct it, or remove the row")
    if _NUMBER.fullmatch(cell):
        return CellProblem(f'"{format_cell(cell)}" is too large', "Numbers may go up to 3.4e38")
    if _WITH_COMMAS.fullmatch(cell):
        return CellProblem(f'"{format_cell(cell)}" has a comma', "Write numbers like 1000 or 0.5")
    if is_number(cell.strip("\"'")):
        return CellProblem(f"{format_cell(cell)} is in quotes", "Write numbers without quotes")
    return find_text_problem(cell) or CellProblem(
        f'"{format_cell(cell)}" is not a number', "Correct it"
    )


def parse_number(cell: str) -> float:
    """Return a cell as a number; NaN for a missing value.

    Raises
    ------
    ValueError
        If it is neither a number, a truth value nor missing.
    """
    return np.nan if is_missing(cell) else float(BOOLEANS.get(cell, cell))


def find_text_problem(cell: str) -> CellProblem | None:
    """Return why a cell is not a label: missing, or not plain text in UTF-8; None if it is one."""
    if not cell:
        return CellProblem("the cell is empty", "Fill it in, or remove the row")
    if is_missing(cell):
        return CellProblem(f'"{cell}" means a missing value', "Fill it in, or remove the row")
    if "\0" in cell:
        return CellProblem("there is a NUL byte", "Save the file as plain text in UTF-8")
    byte = _SURROGATE.search(cell)
    if byte:
        # A byte that cannot be decoded was kept as a surrogate: 0xDC00 plus the byte.
        return CellProblem(
            f'the byte 0x{ord(byte.group()) - 0xDC00:02x} in "{format_cell(cell)}" is not UTF-8',
            "Save the file as UTF-8 (it may be Latin-1 now)",
        )
    return None


def format_cell(cell: str) -> str:
    """Return a cell for a message: escaped, and truncated where it is long."""
    return escape_name(cell, _MAX_SHOWN_LENGTH)


def _to_float32(cell: str) -> np.float32:
    with np.errstate(over="ignore"):
        return np.float32(cell)
