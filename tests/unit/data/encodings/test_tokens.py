"""Texts as numbered tokens, and back."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.encodings.tokens import TokenEncoding

from .fitting import fit, make_columns


def _fit(text: str, *texts: str) -> TokenEncoding:
    encoding = fit(text, list(texts))
    assert isinstance(encoding, TokenEncoding)
    return encoding


@pytest.mark.parametrize(
    ("encoding", "text", "expected", "joined"),
    [
        # a 4, b 2, n 2, t 1
        ("characters", "Tanz", [5, 2, 4, 1], "tan"),
        ("characters output=one-hot", "Tanz", [3, 0, 2, -1], "tan"),
        ("characters size=4", "tab", [1, 2, 3], "ab"),
        ("words", "bat, or banana!", [5, 2, 4], "bat banana"),
        ("words first_index=0", "bat or banana", [2, 0, 1], "bat banana"),
        ("words first_index=1", "bat or banana", [3, 1, 2], "bat banana"),
        ("words start=True", "bat", [1, 5], "bat"),
        ("words skip_top=5", "banana bat", [2, 5], "bat"),
        ("words split=punctuation", "bat, banana", [5, 2, 4], "bat banana"),
    ],
)
def test_texts(encoding: str, text: str, expected: list[int], joined: str):
    fitted = _fit(encoding, "Banana", "bat")
    [tokens] = fitted.find_tokens(make_columns([text]))
    assert tokens.tolist() == expected
    assert fitted.join_tokens(tokens.tolist()) == joined


@pytest.mark.parametrize(
    ("encoding", "text", "expected", "joined"),
    [
        ("letters", "ACgtN", [0, 1, 2, 3, 14], "ACGT"),
        ("letters reverse_complement=True", "AAC", [2, 3, 3], "GTT"),
        ("letters alphabet=protein", "ARX", [0, 1, 23], "AR"),
        ("kmers k=2", "AACN", [2, 3, 1], "AAC"),
        ("kmers k=2 stride=2", "AACC", [2, 7], "AACC"),
        ("kmers k=3 stride=2", "AAACG", [2, 2 + 6], "AAACG"),
    ],
)
def test_sequences(encoding: str, text: str, expected: list[int], joined: str):
    fitted = _fit(encoding, "ACGT")
    [tokens] = fitted.find_tokens(make_columns([text]))
    assert tokens.tolist() == expected
    assert fitted.join_tokens(tokens.tolist()) == joined


def test_kmers_that_go_on_add_what_is_new():
    kmers = _fit("kmers k=3", "ACGTAC")
    [tokens] = kmers.find_tokens(make_columns(["ACGTA"]))
    assert kmers.join_tokens(tokens.tolist(), continued=True) == "GTA"


def test_marks_follow_words_without_a_blank():
    words = _fit("words split=punctuation", "is this a dagger , which I see ?")
    [tokens] = words.find_tokens(make_columns(["This, is this a dagger?"]))
    assert words.join_tokens(tokens.tolist()) == "this, is this a dagger?"


@pytest.mark.parametrize(
    ("encoding", "texts"),
    [
        ("characters", [None, None, "a", "b", "n", "t"]),
        ("characters size=8", [None, None, "a", "b", "n", "t", None, None]),
        ("characters output=one-hot size=5", ["a", "b", "n", "t", None]),
        ("words", [None, None, None, None, "banana", "bat"]),
        ("words size=7 skip_top=5", [None, None, None, None, None, "bat", None]),
    ],
)
def test_each_output_has_its_text(encoding: str, texts: list[str | None]):
    assert _fit(encoding, "Banana", "bat").token_texts == texts


def test_kmers_have_their_texts():
    texts = list(_fit("kmers k=2", "ACGT").token_texts)
    assert texts[:4] == [None, None, "AA", "AC"]
    assert len(texts) == 18
    assert _fit("letters alphabet=rna", "ACGU").token_texts == ["A", "C", "G", "U"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("characters", "banana"),
        ("characters output=one-hot", "banana"),
        ("words", "bat banana bat"),
        ("letters", "ACGTN"),
        ("kmers k=2", "ACGTN"),
    ],
)
def test_windows_are_encoded_as_samples_are(encoding: str, text: str):
    fitted = _fit(encoding, text)
    [tokens] = fitted.find_tokens(make_columns([text]))
    windows = fitted.encode_tokens(tokens[np.newaxis])
    np.testing.assert_array_equal(windows, fitted.encode(make_columns([text])))
    assert windows.dtype == fitted.dtype


@pytest.mark.parametrize("encoding", ["characters", "characters output=one-hot", "letters"])
def test_padding_is_what_samples_are_filled_up_with(encoding: str):
    fitted = _fit(f"{encoding} pad=front length=3", "ACGT")
    [tokens] = fitted.find_tokens(make_columns(["A"]))
    padded = np.array([[fitted.padding, fitted.padding, tokens[0]]], np.int32)
    np.testing.assert_array_equal(fitted.encode_tokens(padded), fitted.encode(make_columns(["A"])))
