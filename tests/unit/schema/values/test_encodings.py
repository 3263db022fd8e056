"""Encodings as they are written."""

from __future__ import annotations

import pytest

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.encodings import NamedEncoding, parse_encoding


def test_an_encoding_for_the_only_input() -> None:
    parsed = parse_encoding(ENCODINGS, "words columns=text length=500")
    assert parsed == NamedEncoding(
        encoding=Component(name="words", options={"columns": "name:text", "length": 500})
    )
    assert str(parsed) == "words columns='name:text' length=500"


def test_an_encoding_for_an_input_by_name() -> None:
    parsed = parse_encoding(ENCODINGS, "clinic: numbers scale=standard")
    assert (parsed.name, parsed.encoding.name) == ("clinic", "numbers")
    assert parse_encoding(ENCODINGS, str(parsed)) == parsed


def test_a_label_may_look_like_a_number() -> None:
    parsed = parse_encoding(TARGET_ENCODINGS, "labels positive=1")
    assert parsed.encoding.options == {"positive": "1"}
    assert parse_encoding(TARGET_ENCODINGS, str(parsed)) == parsed


def test_what_is_stored_is_read_again() -> None:
    parsed = parse_encoding(TARGET_ENCODINGS, "values scale=minmax")
    assert parse_encoding(TARGET_ENCODINGS, parsed.model_dump(mode="json")) == parsed
    assert parse_encoding(TARGET_ENCODINGS, parsed) == parsed


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("word length=3", 'there is no encoding "word". Did you mean "words"?'),
        ("words length=0", "encoding words: parameter length must be a whole number of at least 1"),
        ("words long=3", 'encoding words: there is no parameter "long"'),
        ("a: b: words", 'encoding: cannot read "a: b: words": at character 5'),
        ("1: words", "encoding: cannot read"),
        (7, 'encoding: expected text such as "words length=500", not 7'),
        ({"name": 3, "encoding": "words"}, "encoding: the name 3 is not text"),
    ],
)
def test_what_cannot_be_read(value: object, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_encoding(ENCODINGS, value)
    assert message in str(raised.value)
