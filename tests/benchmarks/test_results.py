from __future__ import annotations

from pathlib import Path

import pytest
from measure import Usage, add_usages
from results import (
    Record,
    append_record,
    find_median,
    find_ratio,
    format_seconds,
    format_table,
    read_records,
    select_usages,
)

RECORDS = [
    Record(1, "ours", "train", 128, Usage(1.0, 2.0, 100.0)),
    Record(1, "theirs", "train", 128, Usage(4.0, 4.0, 50.0)),
    Record(2, "ours", "train", 128, Usage(3.0, 2.0, 300.0)),
    Record(2, "theirs", "train", 128, Usage(4.0, 8.0, 100.0)),
    Record(3, "ours", "train", 128, Usage(2.0, 9.0, 200.0)),
    Record(1, "ours", "plot", 128, Usage(12.34, 0.567, 99.6)),
]


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "measurements.tsv"
    for record in RECORDS:
        append_record(path, record)

    assert read_records(path) == RECORDS
    assert path.read_text().splitlines()[:2] == [
        "round\tcontender\tstep\tsize\twall\tcpu\tpeak",
        "1\tours\ttrain\t128\t1.0000\t2.0000\t100.0000",
    ]


def test_median_of_each_figure() -> None:
    usages = [Usage(1, 20, 5), Usage(3, 10, 6), Usage(2, 30, 7)]

    assert find_median(usages) == Usage(2, 20, 6)


def test_chain_adds_times_and_keeps_the_highest_peak() -> None:
    assert add_usages([Usage(1, 2, 30), Usage(10, 20, 7)]) == Usage(11, 22, 30)


def test_ratio_is_the_median_over_the_rounds_that_both_ran() -> None:
    ours = select_usages(RECORDS, "ours", "train")
    theirs = select_usages(RECORDS, "theirs", "train")

    # 1/4 and 3/4; 2/4 and 2/8; 100/50 and 300/100. Round 3 has ours only.
    assert find_ratio(ours, theirs) == Usage(0.5, 0.375, 2.5)


def test_no_ratio_without_a_common_round() -> None:
    assert find_ratio({1: Usage(1, 1, 1)}, {2: Usage(1, 1, 1)}) is None


def test_table_leaves_empty_what_was_not_measured() -> None:
    assert format_table(RECORDS, ["ours", "theirs"], ["train", "plot"]) == (
        "| step | ours | theirs | ratio to theirs |\n"
        "| --- | --- | --- | --- |\n"
        "| train | 2.00 / 2.00 / 200 | 4.00 / 6.00 / 75 | 0.50 / 0.38 / 2.50 |\n"
        "| plot | 12.3 / 0.57 / 100 |  |  |\n"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.046, "0.05"), (9.99, "9.99"), (9.996, "10.0"), (99.96, "100"), (315.4, "315")],
)
def test_seconds_have_the_decimals_that_mean_something(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text
