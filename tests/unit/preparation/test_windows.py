"""Windows over rows: which rows they share, and what is held out."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.encodings.windows import find_series, find_window_ends
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.windows import (
    Windows,
    choose_split,
    find_windows,
    name_windows,
    separate_windows,
)
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.values.component import Component

BY = list("aababbbaab")


def make_windows(
    length: int, step: int = 1, by: list[str] | None = None, rows: int = 10
) -> Windows:
    series = find_series(by, rows)
    return Windows(tuple(series), length, find_window_ends(series, length, step))


def list_window_rows(windows: Windows) -> list[set[int]]:
    """Return the rows of each window, found one by one."""
    found = []
    for end in windows.ends:
        own = next(each for each in windows.series if end in each).tolist()
        position = own.index(end)
        found.append(set(own[position - windows.length + 1 : position + 1]))
    return found


def make_run(**changes: object) -> TrainingRequest:
    path = Path("t.tsv")
    given = {"model": path, "features": SampleRequest(path=path), "target": TableSource(path=path)}
    return TrainingRequest(**{**given, **changes})


CASES = [
    make_windows(1),
    make_windows(3),
    make_windows(3, 2),
    make_windows(2, by=BY),
    make_windows(4, 3, by=BY),
    make_windows(10),
]


@pytest.mark.parametrize("windows", CASES)
def test_windows_that_share_rows(windows: Windows) -> None:
    rows = list_window_rows(windows)
    samples = np.arange(len(rows))
    assert windows.rows == 10
    for sample in samples:
        sharing = windows.find_sharing(samples, samples[sample : sample + 1])
        assert sharing.tolist() == [bool(rows[sample] & each) for each in rows]
        assert set(windows.list_rows(samples[sample : sample + 1])) == rows[sample]


def test_rows_that_a_window_predicts_are_its_own() -> None:
    windows = make_windows(2)
    last = np.array([8])
    assert windows.find_sharing(np.arange(9), last).tolist() == [False] * 7 + [True] * 2
    # The gap is length + steps - 1 windows.
    assert windows.find_sharing(np.arange(9), last, steps=2).tolist() == [False] * 5 + [True] * 4


def test_equal_windows_have_equal_hashes() -> None:
    rows = np.array([5, 7, 5, 7, 5, 7, 7, 5, 5, 7], np.uint64)
    hashes = make_windows(2).hash(rows)
    # 5 7, 7 5, 7 7 and 5 5
    assert len(set(hashes.tolist())) == 4
    assert hashes[0] == hashes[2]
    assert make_windows(1).hash(rows).tolist() == rows.tolist()
    assert len(make_windows(2, by=BY).hash(rows)) == 8


ROWS = np.arange(8)


def test_a_gap_lies_before_the_windows_that_are_held_out() -> None:
    windows = make_windows(3)
    held = ROWS[5:]
    split = Split(ROWS[:5], held, held)
    separated = separate_windows(windows, split, make_run(test=HoldOut(method="last")))
    assert separated.train.tolist() == [0, 1, 2]
    assert separated.test is separated.validation
    assert separated.test.tolist() == [5, 6, 7]


def test_a_gap_lies_before_each_of_two_hold_outs() -> None:
    windows = make_windows(2, rows=9)
    split = Split(ROWS[:4], ROWS[4:6], ROWS[6:])
    last = HoldOut(method="last")
    separated = separate_windows(windows, split, make_run(test=last, validation=last))
    assert [each.tolist() for each in (separated.train, separated.validation, separated.test)] == [
        [0, 1, 2],
        [4],
        [6, 7],
    ]


def test_without_a_hold_out_all_windows_are_trained_on() -> None:
    split = Split(ROWS, ROWS[:0], ROWS)
    run = make_run(test=HoldOut(method="last", size=0))
    separated = separate_windows(make_windows(3), split, run)
    assert separated.scores_training
    assert separated.train.tolist() == ROWS.tolist()


def test_windows_held_out_at_random_are_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    held = ROWS[[3, 6]]
    split = Split(ROWS[[0, 1, 2, 4, 5, 7]], held, held)
    with caplog.at_level(logging.WARNING):
        assert separate_windows(make_windows(3), split, make_run()) is split
    assert "5 of the 6 training windows share rows with them, so the scores" in caplog.text
    caplog.clear()
    separate_windows(make_windows(1), split, make_run())
    assert not caplog.text


def test_nothing_left_to_train_on() -> None:
    held = ROWS[2:]
    split = Split(ROWS[:2], held, held)
    with pytest.raises(DataError, match="all 2 training windows share rows with held-out ones: a"):
        separate_windows(make_windows(3), split, make_run(test=HoldOut(method="last")))


def make_encoding(**options: object) -> InputEncoding:
    return InputEncoding("input", (2, 1), Component(name="windows", options=options))


def make_cells(by: list[str]) -> RawCells:
    layout = Layout(Path("t.tsv"), "--features", ("load", "day", "meter"), 3, (0, 2))
    return RawCells(layout, 2, ([str(row) for row in range(10)], by))


REQUEST = SampleRequest(path=Path("t.tsv"))


def test_windows_of_an_encoding() -> None:
    encoding = make_encoding(columns="name:load", by="name:meter", length=2)
    windows = find_windows(make_cells(BY), REQUEST, [encoding])
    assert windows is not None
    assert windows.ends.tolist() == make_windows(2, by=BY).ends.tolist()
    assert find_windows(None, REQUEST, [encoding]) is None
    numbers = InputEncoding(
        "input", (1,), Component(name="numbers", options={"columns": "name:load"})
    )
    assert find_windows(make_cells(BY), REQUEST, [numbers]) is None


@pytest.mark.parametrize(
    ("encodings", "error", "message"),
    [
        ([make_encoding(columns="name:load")], DataError, "says how many rows a window has"),
        (
            [make_encoding(columns="name:load", length=6, by="name:meter")],
            DataError,
            "t.tsv: a window of the encoding windows has 6 rows, but the longest series has only 5",
        ),
        (
            [
                make_encoding(columns="name:load", length=2),
                make_encoding(columns="name:load", length=3),
            ],
            ConfigurationError,
            "the windows of different inputs do not end in the same rows",
        ),
    ],
)
def test_windows_that_cannot_be_made(
    encodings: list[InputEncoding], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        find_windows(make_cells(BY), REQUEST, encodings)


def test_the_last_windows_are_held_out_where_nobody_asks() -> None:
    encodings = [make_encoding(length=2)]
    run = make_run(split_declared=False, validation=HoldOut())
    chosen = choose_split(run, encodings)
    assert [each.method for each in chosen.hold_outs] == ["last", "last"]
    assert choose_split(make_run(), encodings).test.method == "simple"
    assert choose_split(run, []) is run


def test_windows_are_named_by_the_rows_that_they_end_in() -> None:
    windows = make_windows(3, 2)
    assert name_windows(windows, None, 2).names == ["row"]
    assert name_windows(windows, None, 2).columns[0].tolist() == [4, 6, 8, 10]
    ids = OutputTable(["day"], [np.array(list("abcdefghij"), object)])
    assert name_windows(windows, ids, 2).columns[0].tolist() == list("cegi")
