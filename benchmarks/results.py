"""Keeps single measurements as a table, and makes medians, ratios and Markdown of them."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from measure import Usage


class Record(NamedTuple):
    """One measurement: who did which step, in which round and of which size, and what it took."""

    round: int
    contender: str
    step: str
    size: int
    usage: Usage


COLUMNS = ("round", "contender", "step", "size", *Usage._fields)


def append_record(path: Path, record: Record) -> None:
    """Write a measurement at the end of a table, at once, so that none is lost."""
    if not path.exists():
        path.write_text("\t".join(COLUMNS) + "\n")
    figures = (f"{figure:.4f}" for figure in record.usage)
    with path.open("a") as file:
        print(*record[:-1], *figures, sep="\t", file=file)


def read_records(path: Path) -> list[Record]:
    """Return the measurements of a table."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Record(
            int(row["round"]),
            row["contender"],
            row["step"],
            int(row["size"]),
            Usage(*(float(row[figure]) for figure in Usage._fields)),
        )
        for row in rows
    ]


def find_median(usages: Iterable[Usage]) -> Usage:
    """Return the median of each figure."""
    return Usage(*(statistics.median(figures) for figures in zip(*usages, strict=True)))


def select_usages(records: Iterable[Record], contender: str, step: str) -> dict[int, Usage]:
    """Return what a contender's step took, by round."""
    return {
        record.round: record.usage
        for record in records
        if (record.contender, record.step) == (contender, step)
    }


def find_ratio(ours: dict[int, Usage], theirs: dict[int, Usage]) -> Usage | None:
    """Return the medians of ours / theirs within a round, or None if no round has both."""
    rounds = ours.keys() & theirs.keys()
    if not rounds:
        return None
    return find_median(
        Usage(*(mine / other for mine, other in zip(ours[each], theirs[each], strict=True)))
        for each in rounds
    )


def format_table(
    records: Sequence[Record], contenders: Sequence[str], steps: Sequence[str], title: str = "step"
) -> str:
    """Return a Markdown table of medians, with the ratios of the first contender to the others."""
    first, *others = contenders
    header = [title, first, *(cell for other in others for cell in (other, f"ratio to {other}"))]
    lines = [format_row(header), format_row(["---"] * len(header))]
    for step in steps:
        ours = select_usages(records, first, step)
        cells = [step, format_usage(ours)]
        for other in others:
            theirs = select_usages(records, other, step)
            cells += [format_usage(theirs), format_ratio(find_ratio(ours, theirs))]
        lines.append(format_row(cells))
    return "\n".join(lines) + "\n"


def format_row(cells: Iterable[str]) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def format_usage(usages: dict[int, Usage]) -> str:
    """Return the medians as text, empty if there are none."""
    if not usages:
        return ""
    wall, cpu, peak = find_median(usages.values())
    return f"{format_seconds(wall)} / {format_seconds(cpu)} / {peak:.0f}"


def format_ratio(ratio: Usage | None) -> str:
    """Return ratios as text, empty if there are none."""
    return "" if ratio is None else " / ".join(f"{figure:.2f}" for figure in ratio)


def format_seconds(seconds: float) -> str:
    """Return seconds with as many decimals as mean something."""
    decimals = 2 if seconds < 9.995 else 1 if seconds < 99.95 else 0
    return f"{seconds:.{decimals}f}"
