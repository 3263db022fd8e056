"""Parts consist of whole batches of the one run that they replace."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from galaxy_keras.preparation.parts import choose_rows, drop_rows, take_rows
from galaxy_keras.schema.requests.parts import Part


def list_batches(rows: range, total: int, chunk_rows: int, batch_size: int) -> list[range]:
    """Return the batches of `rows` in a run that reads all chunks."""
    found = []
    for chunk in range(0, total, chunk_rows):
        stop = min(chunk + chunk_rows, total)
        for start in range(chunk, stop, batch_size):
            batch = range(start, min(start + batch_size, stop))
            if batch.start in rows:
                found.append(batch)
    return found


@pytest.mark.parametrize("parts", [1, 2, 3, 10])
@pytest.mark.parametrize("chunk_rows", [1, 8, 10, 1000])
@pytest.mark.parametrize("batch_size", [1, 4, 10, 11])
@pytest.mark.parametrize("total", [1, 9, 40, 41])
def test_parts_are_whole_batches(parts: int, chunk_rows: int, batch_size: int, total: int) -> None:
    chosen = [
        choose_rows(Part(number=each + 1, count=parts), total, chunk_rows=chunk_rows,
                    batch_size=batch_size)
        for each in range(parts)
    ]  # fmt: skip

    assert [row for rows in chosen for row in rows] == list(range(total))
    for rows in chosen:
        batches = list_batches(rows, total, chunk_rows, batch_size)
        assert [row for batch in batches for row in batch] == list(rows)


def test_rows_are_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    assert choose_rows(Part.parse("2/2"), 100, chunk_rows=64, batch_size=32) == range(64, 100)
    assert caplog.messages == ["Part 2 of 2: rows 65 to 100 of 100."]


def test_a_part_without_rows_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert not choose_rows(Part.parse("3/3"), 100, chunk_rows=1000, batch_size=64)
    assert caplog.messages == [
        "Part 3 of 3 has no rows: the 100 rows are fewer batches than parts. Ask for fewer parts, "
        "or lower --batch-size in all of them."
    ]


@pytest.mark.parametrize("start", [0, 1, 3, 4, 9, 10])
@pytest.mark.parametrize("count", [0, 1, 3, 10])
def test_rows_of_chunks(start: int, count: int) -> None:
    rows = np.arange(10)
    chunks = ([rows[first : first + 3], -rows[first : first + 3]] for first in range(0, 10, 3))

    taken = list(take_rows(drop_rows(chunks, start), count))

    expected = rows[start : start + count]
    assert [row for chunk in taken for row in chunk[0]] == expected.tolist()
    assert [row for chunk in taken for row in chunk[1]] == (-expected).tolist()
    assert all(len(chunk[0]) for chunk in taken)


def test_no_chunk_is_asked_for_in_vain() -> None:
    chunks = iter([[np.arange(3)], [np.arange(3)], [np.arange(3)]])

    list(take_rows(chunks, 6))

    assert len(list(chunks)) == 1
