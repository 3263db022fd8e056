"""What encodings of texts and sequences add for language models: a text as numbered tokens."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.encodings.encoding import Encoding, RawColumns


class TokenEncoding(Encoding):
    """An encoding whose samples are sequences of tokens: characters, words, letters or k-mers.

    The number of a token is the output of a language model that stands for it. What is no token of
    the vocabulary has a number without a text, or one outside of the outputs (below 0, or from
    `token_count` on), which is never predicted.
    """

    @property
    @abstractmethod
    def token_texts(self) -> Sequence[str | None]:
        """The text of each token by its number; None where the number stands for no text."""

    @property
    @abstractmethod
    def padding(self) -> int:
        """The number that stands where there is no token."""

    @abstractmethod
    def find_tokens(self, columns: RawColumns) -> list[NDArray[np.int32]]:
        """Return the numbers of all tokens of each text, neither cut nor filled up.

        Raises
        ------
        DataError
            If a cell cannot be encoded.
        """

    @abstractmethod
    def encode_tokens(self, windows: NDArray[np.int32]) -> NDArray[Any]:
        """Return windows as the network takes them.

        Parameters
        ----------
        windows
            Numbers of tokens, shape (windows, length).

        Returns
        -------
        numpy.ndarray
            Shape (windows, *shape), datatype `dtype`.
        """

    def join_tokens(self, tokens: Sequence[int], *, continued: bool = False) -> str:
        """Return the text of tokens.

        Parameters
        ----------
        tokens
            Their numbers; those without a text are left out.
        continued
            Whether it goes on from tokens before these.
        """
        texts = self.token_texts
        known = (texts[token] for token in tokens if 0 <= token < len(texts))
        return self._join([text for text in known if text is not None], continued=continued)

    def _join(self, texts: list[str], *, continued: bool) -> str:
        """Return texts of tokens as one text; a kind of tokens of its own may define it."""
        return "".join(texts)
