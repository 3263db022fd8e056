"""Draws sequences of the shape of the tutorial's reviews."""

from __future__ import annotations

import numpy as np

WORDS = 10_000


def draw_reviews(random: np.random.Generator, rows: int, length: int) -> np.ndarray:
    """Return drawn word indices, shape (rows, length), int32, padded in front."""
    # Median 176 and mean 235 words, as in IMDB.
    words = random.lognormal(np.log(176), 0.76, rows).astype(int)
    padding = length - np.minimum(words, length)
    reviews = random.integers(1, WORDS, (rows, length))
    return np.where(np.arange(length) < padding[:, None], 0, reviews).astype(np.int32)
