"""Characters as indices and one-hot, on texts of any kind."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError, DataError

from .fitting import encode, fit

TEXTS = ["Banana", "bat"]


def test_indices_are_by_frequency_then_by_code_point():
    characters = fit("characters", TEXTS)
    # a 4, b 2, n 2, t 1
    assert encode(characters, ["ban", "tax"]).tolist() == [[0, 0, 0, 3, 2, 4], [0, 0, 0, 5, 2, 1]]
    assert characters.vocabulary_size == 6
    assert characters.describe() == [
        "4 of 4 different characters are kept: a, b, n, t",
        "6 positions",
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("length=3", [4, 2, 4]),
        ("length=3 cut=back", [3, 2, 4]),
        ("length=7 pad=back", [3, 2, 4, 2, 4, 0, 0]),
        ("size=4", [3, 2, 1, 2, 1]),
        ("size=4 lower=False", [1, 2, 3, 2, 3]),
    ],
)
def test_options_of_indices(options: str, expected: list[int]):
    options = options if "length" in options else f"length=5 {options}"
    assert encode(fit(f"characters {options}", TEXTS), ["Banan"]).tolist() == [expected]


def test_one_hot():
    characters = fit("characters output=one-hot length=3 size=2 pad=back", TEXTS)
    assert encode(characters, ["ab", "axbb"]).tolist() == [
        [[1, 0], [0, 1], [0, 0]],
        [[0, 0], [0, 1], [0, 1]],
    ]
    assert characters.vocabulary_size is None


@pytest.mark.parametrize(
    ("options", "text", "kept"),
    [
        ("", "\u00c9t\u00e9 \u201cna\u00efve\u201d \u4e16", " aeintv"),
        ("ascii=False", "\u00e9\u4e16\U0001f600", "\u00e9\u4e16\U0001f600"),
        ("", "a\r\nb\nc", " abc"),
        ("join_lines=False", "a\nb", "\nab"),
        ("", "a\0\x1bb\t", "\tab"),
        ("ascii=False", "a\udce9\u202e", "a\u202e"),
    ],
)
def test_what_is_a_character(options: str, text: str, kept: str):
    state = fit(f"characters {options}", [text]).get_state()
    assert sorted(state.settings["characters"]) == sorted(kept)


def test_unknown_characters_are_counted():
    characters = fit("characters ascii=False", TEXTS)
    encode(characters, ["\u4e16\u754c", "a", "", "\udce9\U0010ffff"])
    assert (characters.tally.tokens, characters.tally.unknown) == (5, 4)
    assert characters.tally.missing == 1
    assert characters.list_warnings()[0].startswith("80% of the characters are not among those")


HOSTILE = {
    "NUL": "a\0b",
    "10 MB": "ab" * 5_000_000,
    "right to left": "\u202b\u05d7\u05ea\u05d5\u05dc\u202c",
    "emoji": "\U0001f63a\u200d\U0001f525",
    "not UTF-8": "caf\udce9",
    "empty": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("options", ["", "ascii=False", "output=one-hot"])
def test_hostile_texts_are_encoded(options: str, text: str):
    characters = fit(f"characters length=5 {options}", [*TEXTS, text])
    assert len(encode(characters, [text])) == 1


def test_characters_beyond_the_vocabulary_do_not_wrap_around():
    characters = fit("characters length=1", ["m"])
    assert encode(characters, ["a"]).tolist() == [[1]]
    assert encode(characters, ["z"]).tolist() == [[1]]


def test_no_rows():
    assert encode(fit("characters length=2", TEXTS), []).shape == (0, 2)


def test_texts_without_characters():
    with pytest.raises(DataError) as error:
        fit("characters", ["\u4e16", ""])
    assert str(error.value) == (
        'column "c1" has no characters in its 2 rows. Choose the column of the texts (characters '
        "columns=...), or give the option ascii=False"
    )


def test_options_that_contradict_each_other():
    with pytest.raises(ConfigurationError) as error:
        fit("characters size=2", TEXTS)
    assert str(error.value) == (
        "characters: size must be above 2, since the first character has the index 2"
    )
    assert fit("characters size=1 output=one-hot", TEXTS).shape == (6, 1)


def test_numbers_are_texts_too():
    assert encode(fit("characters", np.array([12, 1])), np.array([21])).tolist() == [[3, 2]]
