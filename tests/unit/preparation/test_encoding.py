"""Raw samples of a file, encoded chunk by chunk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.data.features import InputColumns
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.errors import DataError
from galaxy_keras.preparation import encoding
from galaxy_keras.preparation.encoding import (
    check_input_sizes,
    encode_samples,
    find_header,
    iterate_encoded_chunks,
    read_cells,
    write_inputs,
)
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.values.component import Component

ENCODING = (InputEncoding("in", (4,), Component(name="words", options={"length": 4})),)
ROWS = 25


@pytest.fixture
def request_(tmp_path: Path) -> SampleRequest:
    path = tmp_path / "texts.tsv"
    lines = (f"{row}\tword{row % 5} and word{row % 3}\n" for row in range(ROWS))
    path.write_text("id\ttext\n" + "".join(lines))
    return SampleRequest(path=path, header=True, columns=ColumnSelection.parse("name:text"))


def fit(request: SampleRequest, *, on_disk: bool = False) -> tuple[FittedInput, np.ndarray]:
    cells = read_cells(request, ENCODING)
    rows = np.arange(20)
    encoded = encode_samples(cells, request, ENCODING, rows, None, on_disk=on_disk)
    assert encoded.names is None
    return encoded.fitted[0], encoded.values


@pytest.mark.parametrize("rows_at_once", [1, 7, 1024])
def test_all_rows_are_encoded(
    request_: SampleRequest, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    expected = fit(request_)[1]
    monkeypatch.setattr(encoding, "ROWS_PER_CHUNK", rows_at_once)
    fitted, values = fit(request_, on_disk=True)
    assert isinstance(values, np.memmap)
    assert values.dtype == np.uint8
    np.testing.assert_array_equal(values, expected)
    assert (fitted.encoding.tally.cells, fitted.encoding.tally.tokens) == (ROWS, 3 * ROWS)


@pytest.mark.parametrize("rows", [1, 6, 10, 24, 25, 26, 1000])
def test_chunks_have_the_rows_asked_for(
    request_: SampleRequest, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    fitted, values = fit(request_)
    monkeypatch.setattr(encoding, "ROWS_PER_CHUNK", 5)
    chunks = list(iterate_encoded_chunks(request_, [fitted], rows))
    assert [len(chunk) for chunk in chunks[:-1]] == [rows] * (len(chunks) - 1)
    np.testing.assert_array_equal(np.concatenate(chunks), values)


@pytest.mark.parametrize("start", [0, 1, 5, 10, 13, ROWS - 1, ROWS])
def test_chunks_end_where_they_end_without_a_choice(
    request_: SampleRequest, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    fitted, values = fit(request_)
    monkeypatch.setattr(encoding, "ROWS_PER_CHUNK", 4)
    chunks = list(iterate_encoded_chunks(request_, [fitted], 10, start))
    ends = (start + np.cumsum([len(chunk) for chunk in chunks])).tolist()
    assert ends == [end for end in (*range(10, ROWS, 10), ROWS) if end > start]
    np.testing.assert_array_equal(np.concatenate([values[:start], *chunks]), values)


def test_a_header_is_known_by_the_names_in_it(request_: SampleRequest) -> None:
    fitted, values = fit(request_)
    undeclared = find_header(SampleRequest(path=request_.path, header_declared=False), [fitted])
    assert undeclared.header
    chunks = list(iterate_encoded_chunks(undeclared, [fitted], 100))
    np.testing.assert_array_equal(np.concatenate(chunks), values)


def test_a_file_without_header(request_: SampleRequest) -> None:
    fitted, values = fit(request_)
    lines = request_.path.read_text().splitlines(keepends=True)[1:]
    request_.path.write_text("".join(lines))
    second = SampleRequest(
        path=request_.path, header_declared=False, columns=ColumnSelection.parse("2")
    )
    chunks = list(iterate_encoded_chunks(second, [fitted], 100))
    np.testing.assert_array_equal(np.concatenate(chunks), values)
    both = SampleRequest(path=request_.path, header_declared=False)
    assert not find_header(both, [fitted]).header
    with pytest.raises(DataError, match=r"gives 2 columns, but the model takes 1 column \(text\)"):
        next(iterate_encoded_chunks(both, [fitted], 100))


def test_what_the_network_sees_is_written(request_: SampleRequest, tmp_path: Path) -> None:
    from galaxy_keras.data.features import InputColumns

    _, values = fit(request_)
    path = tmp_path / "seen.tsv"
    inputs = [InputColumns("in", (4,), slice(0, 4))]
    assert write_inputs(path, [values], inputs) == ROWS
    assert path.read_text().splitlines()[0] == "\t".join(map(str, values[0]))


NUMBERS = InputEncoding(
    "levels",
    (1,),
    Component(name="numbers", options={"columns": "name:id", "scale": "minmax"}),
)


def test_several_inputs_stand_side_by_side(request_: SampleRequest) -> None:
    both = request_.model_copy(update={"columns": ColumnSelection.parse("all")})
    text = InputEncoding(
        "in", (4,), Component(name="words", options={"length": 4, "columns": "name:text"})
    )
    encodings = (NUMBERS, text)
    cells = read_cells(both, encodings)
    encoded = encode_samples(cells, both, encodings, np.arange(20), None, on_disk=False)
    assert [each.name for each in encoded.fitted] == ["levels", "in"]
    np.testing.assert_allclose(encoded.values[:, 0], np.arange(ROWS) / 19, rtol=1e-6)
    np.testing.assert_array_equal(encoded.values[:, 1:], fit(request_)[1])
    chunks = list(iterate_encoded_chunks(both, encoded.fitted, 10))
    assert {chunk.dtype for chunk in chunks} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(np.concatenate(chunks), encoded.values)
    # The sum fits, but each input would get numbers of the other one.
    shifted = (InputColumns("levels", (2,), slice(0, 2)), InputColumns("in", (3,), slice(2, 5)))
    with pytest.raises(DataError) as raised:
        check_input_sizes(shifted, encoded.fitted)
    assert raised.value.problems[0] == (
        'the encodings of the input "levels" give 1 number for each sample, but the network takes '
        "2 there (input shape (2,)). Change the options of an encoding (--set levels__...), or "
        "build the network with 1 for this input"
    )
    assert len(raised.value.problems) == 2
