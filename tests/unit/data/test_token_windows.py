"""Windows of tokens, and the tokens after them."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.token_windows import OneHotCodes, TokenWindows, separate_windows

from .encodings.fitting import fit, make_columns


def _make(text: str, *texts: str, length: int, step: int = 1) -> TokenWindows:
    encoding = fit(text, list(texts))
    assert isinstance(encoding, TokenEncoding)
    tokens = encoding.find_tokens(make_columns(list(texts)))
    return TokenWindows.of_texts(encoding, tokens, length, step)


def test_each_window_predicts_the_token_after_it():
    # a 3, b 1, n 2: indices 2, 4, 3
    windows = _make("characters", "banana", length=3)
    assert windows[:].tolist() == [[4, 2, 3], [2, 3, 2], [3, 2, 3]]
    assert windows.next_tokens.tolist() == [2, 3, 2]
    assert windows.shape == (3, 3)
    assert windows[np.array([2, 0])].tolist() == [[3, 2, 3], [4, 2, 3]]


def test_windows_do_not_reach_into_the_next_text():
    windows = _make("characters", "abc", "ab", "bca", length=2)
    assert windows.documents.tolist() == [0, 2]
    assert windows.next_tokens.tolist() == [4, 2]


def test_step():
    windows = _make("characters", "abcdefgh", length=2, step=3)
    assert windows.starts.tolist() == [0, 3]


def test_what_the_vocabulary_does_not_have_is_not_predicted():
    windows = _make("words size=5", "be be or not to be", length=1)
    # Only "be" is in the vocabulary.
    assert windows.next_tokens.tolist() == [4, -1, -1, -1, 4]
    assert windows.is_known.tolist() == [True, False, False, False, True]
    letters = _make("letters", "ACNGT", length=1)
    assert letters.next_tokens.tolist() == [1, -1, 2, 3]
    assert letters[:][2].tolist() == [[0.25] * 4]


def test_one_hot_windows():
    windows = _make("characters output=one-hot", "abab", length=2)
    assert windows.shape == (2, 2, 2)
    assert windows[0:1].tolist() == [[[1, 0], [0, 1]]]
    assert windows.dtype == np.float32


def test_a_million_windows_take_the_memory_of_the_text():
    text = np.random.default_rng(0).integers(0, 4, 1_000_100)
    windows = _make("letters", "".join(np.array(list("ACGT"))[text]), length=100)
    assert len(windows) == 1_000_000
    assert windows.tokens.dtype == np.int8
    assert windows.nbytes < 20_000_000


def test_equal_windows_have_equal_hashes():
    hashes = _make("characters", "abcabcab", length=3).hash_windows()
    assert hashes[0] == hashes[3]
    assert len(set(hashes.tolist())) == 3
    assert _make("characters", "ab", length=3).hash_windows().tolist() == []


def test_texts_too_short_are_counted():
    windows = _make("characters", "abc", "ab", length=2)
    assert windows.count_shorter([np.zeros(3, np.int32), np.zeros(2, np.int32)]) == 1


def test_one_hot_codes():
    codes = OneHotCodes(np.array([2, 0]), 3)
    assert codes.shape == (2, 3)
    assert codes[np.array([0])].tolist() == [[0, 0, 1]]
    assert codes[:].dtype == codes.dtype


def _separate(train: range, validation: range, test: range) -> Split:
    rows = {each: np.array(each, np.intp) for each in (train, validation, test)}
    windows = _make("characters", "abcdefghijklmnopqrstuvw", length=3)
    assert len(windows) == 20
    return separate_windows(Split(rows[train], rows[validation], rows[test]), windows)


@pytest.mark.parametrize(
    ("train", "validation", "test", "lengths"),
    [
        # A window of 3 and the token after it: 3 windows reach over the border.
        (range(15), range(15, 20), range(15, 20), (12, 5, 5)),
        (range(12), range(12, 16), range(16, 20), (9, 1, 4)),
        (range(12), range(12, 14), range(14, 20), (11, 0, 6)),
        (range(15), range(15, 20), range(15), (12, 5, 12)),
        (range(20), range(0), range(20), (20, 0, 20)),
    ],
)
def test_windows_across_the_border_are_left_out(
    train: range, validation: range, test: range, lengths: tuple[int, int, int]
):
    split = _separate(train, validation, test)
    assert (len(split.train), len(split.validation), len(split.test)) == lengths
    assert split.scores_training == (test == train)
    assert (split.test is split.validation) == (test == validation)
