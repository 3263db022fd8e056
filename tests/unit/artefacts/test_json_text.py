import pytest

from galaxy_keras.artefacts import json_text
from galaxy_keras.artefacts.json_text import parse_json, read_json
from galaxy_keras.errors import ConfigurationError


def test_reads_an_object(tmp_path):
    path = tmp_path / "model.json"
    path.write_text('{"units": 1, "rate": 0.5, "name": "größe", "shape": [null, 3]}', "utf-8")
    assert read_json(path) == {"units": 1, "rate": 0.5, "name": "größe", "shape": [None, 3]}


def test_a_byte_order_mark_is_skipped():
    assert parse_json(b'\xef\xbb\xbf{"a": 1}', "x") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1,\n "b" 2}', "m.json: line 2, column 6: this is not JSON"),
        (b"", "m.json: line 1, column 1: this is not JSON"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', 'm.json: the name "c" is repeated in an object'),
        (b'{"a": NaN}', "m.json: NaN is not valid JSON"),
        (b'{"a": -Infinity}', "m.json: -Infinity is not valid JSON"),
        (b'{"a": 1e999}', "m.json: the number 1e999 is too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "m.json: a number has more than 40 digits"),
        (b'{"a": -' + b"9" * 40 + b"}", "m.json: a number has more than 40 digits"),
        (b"[1, 2]", "m.json: expected a JSON object ({...}), but found a list"),
        (b"null", "m.json: expected a JSON object ({...}), but found null"),
        (b'"text"', "m.json: expected a JSON object ({...}), but found text"),
        (b"true", "m.json: expected a JSON object ({...}), but found true or false"),
        (b"17", "m.json: expected a JSON object ({...}), but found a number"),
        (b'{"a": "\xff"}', "m.json: byte 8 is not UTF-8 text. Save the file as JSON in UTF-8"),
    ],
)
def test_refuses(content, message):
    with pytest.raises(ConfigurationError) as caught:
        parse_json(content, "m.json")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("levels", [101, 100_000])
def test_refuses_deep_nesting(levels):
    content = b'{"a": ' + b"[" * levels + b"]" * levels + b"}"
    with pytest.raises(ConfigurationError, match="nested more than 100 levels deep"):
        parse_json(content, "m.json")


def test_a_hundred_levels_are_read():
    content = b'{"a": ' + b"[" * 98 + b"]" * 98 + b"}"
    assert "a" in parse_json(content, "m.json")


def test_a_number_of_forty_digits_is_read():
    assert parse_json(b'{"a": ' + b"9" * 40 + b"}", "m.json") == {"a": 10**40 - 1}


def test_a_repeated_name_among_many_is_found():
    # Comparing each name with each other would take hours.
    names = [f"n{number}" for number in range(200_000)]
    content = "{" + ",".join(f'"{name}":0' for name in [*names, names[-1]]) + "}"
    with pytest.raises(ConfigurationError, match='the name "n199999" is repeated in an object'):
        parse_json(content.encode(), "m.json")


def test_refuses_a_large_file(tmp_path, monkeypatch):
    monkeypatch.setattr(json_text, "MAX_BYTES", 2 * 2**20)
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (2 * 2**20 + 1))
    with pytest.raises(ConfigurationError, match=r"large.json has more than 2 MiB"):
        read_json(path)


def test_refuses_a_missing_file(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no\.json does not exist\. Check the path"):
        read_json(tmp_path / "no.json")
