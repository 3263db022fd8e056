"""Draws what growth.py measured.

Usage: growth_plots.py [--results benchmark-output] [--output docs/images/performance]
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from contest import OURS, PLAIN
from growth import CONTENDERS, UNACCELERATED
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter
from results import Record, find_median, read_records

ROOT = Path(__file__).parents[1]
LABELS = {"rows": "rows", "length": "words in a sequence", "units": "units of the LSTM"}
QUANTITIES = {"wall": "seconds", "peak": "peak memory, MB"}
# Okabe and Ito's colours, which colour-blind people tell apart; markers differ too.
STYLES = {OURS: ("#0072B2", "o"), UNACCELERATED: ("#009E73", "^"), PLAIN: ("#D55E00", "s")}


def find_medians(
    records: Sequence[Record], contender: str, step: str, quantity: str
) -> dict[int, float]:
    """Return the median of one quantity by size."""
    sizes = sorted({each.size for each in records})
    usages = {
        size: [each.usage for each in records if each[1:4] == (contender, step, size)]
        for size in sizes
    }
    return {size: getattr(find_median(found), quantity) for size, found in usages.items() if found}


def spread_labels(heights: Sequence[float], gap: float, top: float = 1.0) -> list[float]:
    """Move heights until they are `gap` apart: up from the lowest on, then down from `top`."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    spread = list(heights)
    for below, above in itertools.pairwise(order):
        spread[above] = max(spread[above], spread[below] + gap)
    spread[order[-1]] = min(spread[order[-1]], top)
    for above, below in itertools.pairwise(reversed(order)):
        spread[below] = min(spread[below], spread[above] - gap)
    return spread


def label_lines(axes: Axes) -> None:
    """Write the name of each line beside its end."""
    lines = axes.get_lines()
    ends = [line.get_xydata()[-1] for line in lines]
    places = axes.transAxes.inverted().transform(axes.transData.transform(ends))
    heights = spread_labels([float(height) for _, height in places], 0.08)
    for line, height in zip(lines, heights, strict=True):
        place = {"transform": axes.transAxes, "va": "center", "color": line.get_color()}
        axes.text(1.02, height, str(line.get_label()), fontsize=9, **place)


def draw_panel(axes: Axes, records: Sequence[Record], step: str, quantity: str) -> None:
    """Draw one quantity of one step, a line for each contender."""
    contenders = [name for name in CONTENDERS if any(name == each.contender for each in records)]
    for name in contenders:
        colour, marker = STYLES[name]
        points = find_medians(records, name, step, quantity)
        sizes, values = list(points), list(points.values())
        axes.plot(sizes, values, color=colour, marker=marker, markersize=4, label=name)
    axes.set(xscale="log", title=f"{step}: {QUANTITIES[quantity]}")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
    axes.xaxis.set_minor_locator(NullLocator())
    if quantity == "wall":
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:.10g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    label_lines(axes)


def draw_growth(records: Sequence[Record], factor: str) -> Figure:
    """Draw time and memory of each step."""
    steps = list(dict.fromkeys(each.step for each in records))
    figure, panels = plt.subplots(2, len(steps), figsize=(12, 7), layout="constrained")
    for row, quantity in zip(panels, QUANTITIES, strict=True):
        for axes, step in zip(row, steps, strict=True):
            draw_panel(axes, records, step, quantity)
            axes.set_xlabel(LABELS[factor])
    return figure


def main() -> None:
    """Draw a picture for each table that there is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--results", type=Path, default=Path("benchmark-output"))
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images" / "performance")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for factor in LABELS:
        path = options.results / f"growth-{factor}.tsv"
        if path.exists():
            figure = draw_growth(read_records(path), factor)
            figure.savefig(options.output / f"growth-{factor}.png", dpi=110)
            plt.close(figure)


if __name__ == "__main__":
    main()
