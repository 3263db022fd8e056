"""The texts of --search."""

from __future__ import annotations

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.search import SearchRange, parse_ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learning_rate=log(1e-4, 1e-1)", {"kind": "log", "low": 1e-4, "high": 0.1}),
        ("rate = uniform(0,0.5)", {"kind": "uniform", "low": 0, "high": 0.5}),
        ("units=int(16,128)", {"kind": "int", "low": 16, "high": 128}),
        ("units=16,32,64", {"kind": "choice", "choices": (16, 32, 64)}),
        ("activation=relu,tanh", {"kind": "choice", "choices": ("relu", "tanh")}),
        ("use_bias=true,false", {"kind": "choice", "choices": (True, False)}),
    ],
)
def test_ranges(text: str, expected: dict[str, object]) -> None:
    found = SearchRange.parse(text)
    assert found.name == text.partition("=")[0].strip()
    assert found.model_dump(include=set(expected)) == expected
    assert SearchRange.parse(found.format()) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("units", '--search "units" is not a name and values: learning_rate=log(1e-4,1e-1), '),
        ("units=16", "--search units has one value only. Give several, or that one with --set"),
        ("units=log(1)", "--search units: log(...) takes two numbers: learning_rate=log("),
        ("units=int(a,b)", "--search units: int(...) takes two numbers"),
        ("units=int(5,5)", "--search units: int(5,5) must begin below its end"),
        ("rate=log(0,1)", "--search rate: log(0,1) must begin below its end and above 0"),
        ("units=16,,", "--search units: "),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        SearchRange.parse(text)
    assert str(refused.value).startswith(message)


def test_a_name_is_given_once() -> None:
    with pytest.raises(ConfigurationError, match=r"--search gives units twice\. Give it once"):
        parse_ranges(("units=1,2", "units=3,4"))
