from __future__ import annotations

from pathlib import Path

import growth
import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from growth_plots import draw_growth, find_medians, spread_labels
from measure import Usage
from results import Record, append_record

RECORDS = [
    Record(repeat, contender, step, size, Usage(seconds * repeat, seconds, 900))
    for repeat in (1, 2, 3)
    for contender, seconds in (("galaxy-keras", 1), ("plain Keras", 2))
    for step in ("training step", "prediction of 1,000 rows")
    for size in (100, 1000)
]


def test_medians_by_size() -> None:
    medians = find_medians(RECORDS, "plain Keras", "training step", "wall")

    assert medians == {100: 4, 1000: 4}


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ([0.5, 0.2], [0.5, 0.2]),
        ([0.5, 0.5, 0.5], [0.5, 0.75, 1.0]),
        ([0.875, 1.0], [0.75, 1.0]),
        ([1.0, 0.875], [1.0, 0.75]),
    ],
)
def test_labels_keep_a_distance_and_stay_inside(
    heights: list[float], expected: list[float]
) -> None:
    assert spread_labels(heights, gap=0.25) == expected


def test_lines_are_named_where_they_end() -> None:
    mpl.use("agg")
    figure = draw_growth(RECORDS, "length")

    panels = figure.get_axes()
    assert [axes.get_title() for axes in panels] == [
        "training step: seconds",
        "prediction of 1,000 rows: seconds",
        "training step: peak memory, MB",
        "prediction of 1,000 rows: peak memory, MB",
    ]
    for axes in panels:
        assert [text.get_text() for text in axes.texts] == ["galaxy-keras", "plain Keras"]
    plt.close(figure)
    assert (panels[0].get_xscale(), panels[0].get_yscale()) == ("log", "log")


def test_page_has_a_table_for_each_step(tmp_path: Path) -> None:
    for record in RECORDS:
        append_record(tmp_path / "growth-length.tsv", record)

    growth.write_report(tmp_path, 0.5)

    lines = (tmp_path / "growth.md").read_text().splitlines()
    assert "load average 0.5 before" in lines[0]
    assert "![Length: seconds a step](images/performance/growth-length.png)" in lines
    assert "| length, training step | galaxy-keras | plain Keras | ratio to plain Keras |" in lines
    assert (
        lines.count("| 1,000 | 2.00 / 1.00 / 900 | 4.00 / 2.00 / 900 | 0.50 / 0.50 / 1.00 |") == 2
    )


@pytest.mark.thorough
@pytest.mark.slow
def test_single_steps_are_measured_in_turns(tmp_path: Path) -> None:
    records = list(growth.measure_steps("length", 20, 1, tmp_path / "log.txt"))

    assert [(each.contender, each.step, each.size) for each in records] == [
        ("galaxy-keras", "training step", 20),
        ("plain Keras", "training step", 20),
        ("galaxy-keras", "prediction of 1,000 rows", 20),
        ("plain Keras", "prediction of 1,000 rows", 20),
    ]
    assert all(min(each.usage) > 0 for each in records)
