"""Windows over the tokens of texts, and the token after each, drawn from one array as needed.

10^6 windows of 100 characters are one array of 10^6 bytes, not one of 10^8 numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from galaxy_keras.data.encodings.text import make_one_hot
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.equal_rows import Hashes, mix_hashes
from galaxy_keras.data.splitting import Split

Rows = NDArray[np.intp] | slice


@dataclass(frozen=True, eq=False)
class TokenWindows:
    """Windows of tokens: an array that is made when its rows are asked for.

    Attributes
    ----------
    encoding
        Makes what the network sees of the tokens.
    tokens
        The numbers of the tokens of all texts, one text behind the other, shape (tokens,).
    starts
        Where each window begins, shape (windows,).
    documents
        The text that each window is of, from 0, shape (windows,).
    length
        The number of tokens of a window.
    """

    encoding: TokenEncoding
    tokens: NDArray[np.signedinteger]
    starts: NDArray[np.intp]
    documents: NDArray[np.intp]
    length: int

    @classmethod
    def of_texts(
        cls, encoding: TokenEncoding, texts: Sequence[NDArray[np.int32]], length: int, step: int
    ) -> Self:
        """Return all windows after which there is a token, in the order of the texts.

        Parameters
        ----------
        encoding
            The encoding that numbered the tokens.
        texts
            The numbers of the tokens of each text.
        length
            The number of tokens of a window.
        step
            Tokens from the start of one window to that of the next.
        """
        tokens = np.concatenate([*texts, np.zeros(0, np.int32)])
        starts: list[NDArray[np.intp]] = []
        documents: list[NDArray[np.intp]] = []
        offset = 0
        for number, text in enumerate(texts):
            own = offset + np.arange(0, max(len(text) - length, 0), step)
            starts.append(own)
            documents.append(np.full(len(own), number))
            offset += len(text)
        return cls(
            encoding,
            tokens.astype(np.min_scalar_type(-1 - int(tokens.max(initial=0)))),
            np.concatenate([*starts, np.zeros(0, np.intp)]),
            np.concatenate([*documents, np.zeros(0, np.intp)]),
            length,
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of windows, and the shape of a sample."""
        return len(self), *self.sample_shape

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of a window as the network takes it."""
        return self.length, *self.encoding.shape[1:]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The data type of what the network takes."""
        return self.encoding.dtype

    @property
    def nbytes(self) -> int:
        """The bytes in memory."""
        return self.tokens.nbytes + self.starts.nbytes + self.documents.nbytes

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, rows: Rows) -> NDArray[Any]:
        """Return some of the windows as the network takes them, shape (rows, *sample_shape)."""
        positions = self.starts[rows, np.newaxis] + np.arange(self.length)
        return self.encoding.encode_tokens(self.tokens[positions].astype(np.int32))

    @property
    def next_tokens(self) -> NDArray[np.int64]:
        """The number of the token after each window, shape (windows,); -1 if it is unknown."""
        return np.where(self.is_known, self._following, -1)

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Whether the token after each window is one of the vocabulary, shape (windows,)."""
        texts = self.encoding.token_texts
        known = np.array([text is not None for text in texts], bool)
        following = self._following
        inside = (following >= 0) & (following < len(texts))
        is_known: NDArray[np.bool_] = inside & known[np.where(inside, following, 0)]
        return is_known

    def hash_windows(self) -> Hashes:
        """Return a number for each window, equal for windows of equal tokens; uint64."""
        if not len(self):
            return np.zeros(0, np.uint64)
        factors = mix_hashes(np.arange(1, self.length + 1, dtype=np.uint64)) | np.uint64(1)
        numbers = mix_hashes(self.tokens.astype(np.int64).view(np.uint64))
        return mix_hashes((sliding_window_view(numbers, self.length) @ factors)[self.starts])

    def count_shorter(self, texts: Sequence[NDArray[np.int32]]) -> int:
        """Return how many of the texts have no token after a window."""
        return sum(len(text) <= self.length for text in texts)

    @property
    def _following(self) -> NDArray[np.int64]:
        return self.tokens[self.starts + self.length].astype(np.int64)


@dataclass(frozen=True, eq=False)
class OneHotCodes:
    """The classes of rows, one-hot encoded when they are asked for.

    Attributes
    ----------
    codes
        The class of each row, shape (rows,).
    classes
        The number of classes.
    """

    codes: NDArray[np.int64]
    classes: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and classes."""
        return len(self.codes), self.classes

    @property
    def dtype(self) -> np.dtype[np.float32]:
        """float32."""
        return np.dtype(np.float32)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Rows) -> NDArray[np.float32]:
        """Return 1 in the column of the class, shape (rows, classes)."""
        return make_one_hot(self.codes[rows].astype(np.int32), self.classes)


def separate_windows(split: Split, windows: TokenWindows) -> Split:
    """Return a chronological split without the windows that reach into the part behind theirs.

    Training and validation windows are left out that share a token with a window that is held out
    behind them, the token after a window included.

    Parameters
    ----------
    split
        Rows of windows of one text, in its order.
    windows
        All windows.
    """
    one_hold_out = split.test is split.validation
    validation = split.validation
    if not one_hold_out and not split.scores_training:
        validation = _drop_reaching(validation, split.test, windows)
    held = validation if len(validation) or split.scores_training else split.test
    train = _drop_reaching(split.train, held, windows)
    test = train if split.scores_training else split.test
    return Split(train=train, validation=validation, test=validation if one_hold_out else test)


def _drop_reaching(
    rows: NDArray[np.intp], behind: NDArray[np.intp], windows: TokenWindows
) -> NDArray[np.intp]:
    if not len(behind):
        return rows
    first = windows.starts[behind].min()
    kept: NDArray[np.intp] = rows[windows.starts[rows] + windows.length < first]
    return kept
