"""What a file of samples is, where neither options nor its name say it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from galaxy_keras.data.sources.detection import detect_format
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.runs import SampleRequest

DEFAULTS = {
    "features_header": None,
    "features_columns": "all",
    "features_format": None,
    "separator": "auto",
}


def detect(path: Path, **options: object) -> tuple[str, str | None, bool]:
    request = SampleRequest.from_options({**DEFAULTS, "features": path, **options})
    assert request is not None
    found = detect_format(request)
    assert not found.maybe_csv
    return found.format, found.separator, found.header


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "x,y\n", ("csv", ",", True)),
        ("a.csv", "x;y,z;w\n", ("csv", ";", True)),
        ("a.CSV", '"x, y",z\n', ("csv", ",", True)),
        # As they were read before CSV was known.
        ("a.csv", "x\ty\n", ("tabular", None, False)),
        ("a.csv", "1\n", ("tabular", None, False)),
        ("a.tsv", "x,y\n", ("tabular", None, False)),
        ("a.txt", "x;y\n", ("tabular", None, False)),
    ],
)
def test_by_name_and_first_row(
    tmp_path: Path, name: str, text: str, expected: tuple[str, str | None, bool]
) -> None:
    (tmp_path / name).write_text(text)
    assert detect(tmp_path / name) == expected


def test_what_is_said_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n")
    assert detect(path, features_header=False) == ("csv", ",", False)
    assert detect(path, features_format="tabular") == ("tabular", None, False)
    assert detect(path, features_format="tabular", features_header=True)[2]
    assert detect(path, separator="semicolon") == ("csv", ";", True)
    assert detect(path, separator="|") == ("csv", "|", True)
    assert detect(path.with_suffix(".dat"), separator="tab") == ("csv", "\t", True)


def test_csv_by_format_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_text("x;y\n")
    assert detect(path, features_format="csv") == ("csv", ";", True)


def test_a_pipe_is_not_read_before_its_time(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    assert detect(path, features_format="csv") == ("csv", ",", True)
    assert detect(path)[0] == "tabular"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"separator": "::"}, '--separator: "::" is not one character. Give comma, semicolon'),
        ({"separator": '"'}, "is not one character"),
        (
            {"separator": ";", "features_format": "tabular"},
            "--separator is for --features-format csv, not for tabular. Leave the option out",
        ),
    ],
)
def test_separators_that_are_none(tmp_path: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        detect(tmp_path / "a.csv", **options)
    assert message in str(raised.value)
