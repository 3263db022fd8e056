"""What a model file says of a fitted encoding may come from anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from galaxy_keras.data.encodings.encoding import EncodingState
from galaxy_keras.data.encodings.registry import fit_encoding, restore_encoding
from galaxy_keras.errors import ConfigurationError, ModelFileError
from galaxy_keras.schema.values.literals import parse_call

from .fitting import make_columns

COLUMNS: dict[str, tuple[Any, ...]] = {
    "words output=tf-idf": (["a b b", "c a"],),
    "words length=5": (["a b b", "c a"],),
    "numbers scale=minmax": (np.array([1.0, 2.5]), np.array([3, 4])),
    "categories unknown=own": (["f", "m"], np.array([1, 2])),
    "categories output=index": (["f", "m"], ["a", "b"]),
    "characters": (["abc"],),
    "letters": (["ACG"],),
    "kmers length=4": (["ACG"],),
    "windows length=2 by=2": (np.array([1, 2]), ["a", "a"]),
    "numbers": (np.array([1, 2]),),
}


@pytest.mark.parametrize("text", COLUMNS)
def test_each_part_that_is_missing_is_noticed(text: str):
    name, options = parse_call(text)
    state = fit_encoding(name, options, make_columns(*COLUMNS[text])).get_state()
    for part in (*state.settings, *state.arrays):
        rest = EncodingState(
            {key: value for key, value in state.settings.items() if key != part},
            {key: value for key, value in state.arrays.items() if key != part},
        )
        with pytest.raises(ModelFileError) as error:
            restore_encoding(name, options, rest)
        assert str(error.value) == f'encoding {name}: "{part}" is missing. The file is damaged'


@pytest.mark.parametrize("text", COLUMNS)
@pytest.mark.parametrize(
    "wrong",
    [None, "xx", -1, 1.5, [1], [["a"]], {}, True, 10**30, [""], ["x" * 201]],
    ids=str,
)
def test_each_part_that_is_something_else_is_noticed(text: str, wrong: object):
    name, options = parse_call(text)
    state = fit_encoding(name, options, make_columns(*COLUMNS[text])).get_state()
    for part in state.settings:
        with pytest.raises(ModelFileError, match=f'encoding {name}: "'):
            restore_encoding(
                name, options, EncodingState({**state.settings, part: wrong}, state.arrays)
            )


@pytest.mark.parametrize("text", COLUMNS)
@pytest.mark.parametrize(
    "wrong",
    [
        np.ones(7),
        np.ones((2, 2)),
        np.array(1.0),
        np.array(["a", "b"]),
        np.array([1, np.nan]),
        [1.0],
    ],
    ids=repr,
)
def test_each_array_that_is_another_one_is_noticed(text: str, wrong: Any):
    name, options = parse_call(text)
    state = fit_encoding(name, options, make_columns(*COLUMNS[text])).get_state()
    for part in state.arrays:
        with pytest.raises(ModelFileError, match=f'encoding {name}: "{part}" (has|does not hold)'):
            restore_encoding(
                name, options, EncodingState(state.settings, {**state.arrays, part: wrong})
            )


WORDS = {"words": ["a", "b"], "seen": 2, "texts": 2, "length": 3}
NUMBERS = {"columns": ["a"], "whole": 0}
CATEGORIES = {"columns": ["a"], "levels": [["f", "m"]], "seen": [2], "rows": 4}
BASES: dict[str, dict[str, Any]] = {
    "words": WORDS,
    "numbers": NUMBERS,
    "categories": CATEGORIES,
    "characters": {"characters": "ab", "seen": 2, "length": 3},
    "letters": {"length": 3, "longest": 3},
    "image": {"height": 3, "width": 4},
    "windows": {"columns": ["a"], "length": 2},
}
ARRAYS = {each: np.ones(1) for each in ("fill", "shift", "scale", "lowest", "highest")}


@pytest.mark.parametrize(
    ("text", "settings", "arrays", "message"),
    [
        ("words", {"words": ["a", "a"]}, {}, 'words: "words" has the entry "a" twice.'),
        ("words", {"words": ["a", "b\n"]}, {}, 'words: "words" has an entry (number 2, "b\\n") '
         "that is empty, longer than 200 characters or has control characters."),
        ("words", {"words": ["\ud800"]}, {}, 'words: "words" has an entry (number 1, "\\ud800") '
         "that is empty, longer than 200 characters or has control characters."),
        ("words", {"words": ["a", 3]}, {}, 'words: "words" has an entry that is not text '
         "(number 2)."),
        ("words size=5", {}, {}, 'words: "words" is not a list of at most 1 texts.'),
        ("words skip_top=6", {}, {}, 'words: "words" has too few entries.'),
        ("words", {"seen": 1}, {}, 'words: "seen" is not a whole number from 2 to '
         "9,223,372,036,854,775,807."),
        ("words", {"length": 1_000_001}, {}, 'words: "length" is not a whole number from 1 to '
         "1,000,000."),
        ("words length=4", {}, {}, 'words: "length" is not the option length=4.'),
        ("words output=tf-idf", {}, {"idf": np.ones(3)}, 'words: "idf" has the shape (3,), where '
         "(2,) was expected."),
        ("numbers", {"columns": []}, ARRAYS, 'numbers: "columns" is empty.'),
        ("numbers", {}, {**ARRAYS, "scale": np.zeros(1)}, 'numbers: "scale" has numbers that are '
         "not above 0."),
        ("numbers", {}, {**ARRAYS, "fill": np.array([np.inf])}, 'numbers: "fill" has numbers that '
         "are not finite."),
        ("numbers", {}, {**ARRAYS, "fill": np.array(["a"])}, 'numbers: "fill" does not hold '
         "numbers."),
        ("numbers scale=minmax", {"whole": 1}, ARRAYS, 'numbers: "whole" does not fit the '
         "options."),
        ("categories", {"levels": [["a", "a"]]}, {}, 'categories: "levels[0]" has the entry "a" '
         "twice."),
        ("categories", {"levels": [["a"], ["b"]]}, {}, 'categories: "levels" is not a list of 1 '
         "entries."),
        ("categories", {"levels": [[]]}, {}, 'categories: "levels" has no columns, or a column '
         "without levels."),
        ("categories", {"seen": [1]}, {}, 'categories: "seen" has fewer categories than "levels".'),
        ("categories", {"seen": [-1]}, {}, 'categories: "seen[0]" is not a whole number from 0 to '
         "9,223,372,036,854,775,807."),
        ("characters", {"characters": "aba"}, {}, 'characters: "characters" has the entry "a" '
         "twice."),
        ("characters size=3", {}, {}, 'characters: "characters" is not a text of 1 to 1 '
         "characters."),
        ("characters", {"characters": "a\0"}, {}, 'characters: "characters" has control '
         "characters."),
        ("characters", {"characters": "a\ud800"}, {}, 'characters: "characters" has control '
         "characters."),
        ("letters length=4", {}, {}, 'letters: "length" is not the option length=4.'),
        ("image height=4", {}, {}, 'image: "height" is not the option height=4.'),
        ("image", {"width": 8193}, {}, 'image: "width" is not a whole number from 1 to 8,192.'),
        ("image", {"height": 0}, {}, 'image: "height" is not a whole number from 1 to 8,192.'),
        ("windows length=2", {"columns": []}, ARRAYS, 'windows: "columns" has too few entries.'),
        ("windows length=2 by=2", {}, ARRAYS, 'windows: "columns" has too few entries.'),
        ("windows length=3", {}, ARRAYS, 'windows: "length" is not the option length=3.'),
        ("windows length=2", {}, {**ARRAYS, "scale": -np.ones(1)}, 'windows: "scale" has numbers '
         "that are not above 0."),
    ],
)  # fmt: skip
def test_messages(text: str, settings: dict[str, Any], arrays: dict[str, Any], message: str):
    name, options = parse_call(text)
    base = BASES[name]
    with pytest.raises(ModelFileError) as error:
        restore_encoding(name, options, EncodingState({**base, **settings}, arrays))
    assert str(error.value) == f"encoding {message} The file is damaged"


def test_the_most_words_that_are_read():
    words = [f"{number:x}" for number in range(1_000_001)]
    state = EncodingState({**WORDS, "words": words[:-1], "seen": 1_000_000})
    assert restore_encoding("words", {}, state).vocabulary_size == 1_000_004
    with pytest.raises(ModelFileError, match="is not a list of at most 1,000,000 texts"):
        restore_encoding("words", {}, EncodingState({**WORDS, "words": words}))


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("wards", {}, 'there is no encoding "wards". Did you mean "words"?'),
        ("words", {"size": 0}, "encoding words: parameter size must be a whole number of at least "
         "1 and of at most 1000000, or None, not 0"),
        ("words", {"first_index": 1, "start": True}, "encoding words: start=True needs first_index="
         "2 or more: index 1 marks the start, and 2 other words"),
    ],
)  # fmt: skip
def test_options_of_a_file_are_checked(name: str, options: dict[str, Any], message: str):
    with pytest.raises(ModelFileError) as error:
        restore_encoding(name, options, EncodingState(WORDS))
    assert str(error.value) == message


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ConfigurationError, match='there is no encoding "word"'):
        fit_encoding("word", {}, make_columns(["a"]))


def test_the_most_levels_that_are_read():
    levels = [[str(number) for number in range(500_001)] for _ in range(2)]
    state = EncodingState(
        {"columns": ["a", "b"], "levels": levels, "seen": [10**6, 10**6], "rows": 1}
    )
    with pytest.raises(ModelFileError, match='"levels" has more than 1,000,000 levels'):
        restore_encoding("categories", {}, state)
