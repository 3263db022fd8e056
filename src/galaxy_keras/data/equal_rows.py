"""Rows that are equal: told apart by hashes, warned of where they train and score a network."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.data.splitting import Split
from galaxy_keras.schema.requests.splits import HoldOut

Hashes = NDArray[np.uint64]

MAX_KEPT: Final = 4096
"""How many hashes of training rows a model keeps (32 KB)."""
MAX_SHARE: Final = 0.05
"""Above this share of the held-out rows, those that were trained on are warned of."""
MAX_LEVELS: Final = 50
"""Columns with more different values hold no categories."""
CHANCE: Final = 10
"""With so many times as many different rows as there are rows, copies are told from chance."""
_MULTIPLIERS: Final = tuple(
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_HALF: Final = np.uint64(32)

logger = logging.getLogger(__name__)


def hash_rows(features: NDArray[Any]) -> Hashes:
    """Return a number for each row, equal for rows of equal numbers whatever their data type.

    The numbers are the same on every machine and in every version, since models keep some. They
    are no protection against somebody who makes rows of equal hashes on purpose.

    Parameters
    ----------
    features
        Shape (rows, columns), without NaN; may be larger than memory.

    Returns
    -------
    numpy.ndarray
        uint64, shape (rows,).
    """
    factors = mix_hashes(np.arange(1, features.shape[1] + 1, dtype=np.uint64)) | np.uint64(1)
    hashes = np.empty(len(features), np.uint64)
    for rows in iterate_slices(features):
        # Adding 0 makes -0 the same as 0.
        bits = (features[rows].astype(np.float64) + 0.0).view(np.uint64)
        # The low half of small whole numbers is 0, and a product would keep it so.
        hashes[rows] = (bits ^ (bits >> _HALF)) @ factors
    return mix_hashes(hashes)


def hash_cells(columns: Sequence[Sequence[str]]) -> Hashes:
    """Return a number for each row of raw samples, equal for rows of equal text.

    It is the same on every machine and in every version, as those of `hash_rows`.

    Parameters
    ----------
    columns
        The cells of each column.

    Returns
    -------
    numpy.ndarray
        uint64, shape (rows,).
    """
    digests = (
        blake2b("\t".join(cells).encode("utf-8", "surrogateescape"), digest_size=8).digest()
        for cells in zip(*columns, strict=True)
    )
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def sample_hashes(hashes: Hashes, former: Hashes | None = None) -> Hashes:
    """Return what a model keeps of its training rows: the lowest hashes, at most `MAX_KEPT`.

    Which rows these are depends on their content alone, so that rows of any other table can be
    looked up: a row whose hash is not above the highest one was trained on if it is among them.

    Parameters
    ----------
    hashes
        Of the training rows.
    former
        What the model that training went on from kept.
    """
    both = hashes if former is None else np.concatenate([hashes, former])
    return np.unique(both)[:MAX_KEPT]


def may_be_equal_by_chance(columns: Iterable[Sequence[Any]], rows: int) -> bool:
    """Whether so few different rows are possible that many are equal without being copies.

    They are, where no column has more than `MAX_LEVELS` different values, and the product of their
    numbers is at most `CHANCE` times the rows, as in a table of a few categories.

    Parameters
    ----------
    columns
        The cells of each column; no more are looked at than the answer needs.
    rows
        The number of rows.
    """
    possible = 1
    for column in columns:
        values = np.unique(column) if isinstance(column, np.ndarray) else set(column)
        possible *= len(values)
        if len(values) > MAX_LEVELS or possible > CHANCE * rows:
            return False
    return True


def warn_about_equal_rows(hashes: Hashes, split: Split) -> None:
    """Warn where more than `MAX_SHARE` of the rows that are scored are training rows, too."""
    held = hashes[split.test]
    count = int(np.isin(held, hashes[split.train]).sum())
    if count > MAX_SHARE * len(held):
        logger.warning(
            "%s of the %s held-out rows have the same features as a training row, so the scores "
            "are better than those of new samples. --split unique keeps equal rows on one side.",
            f"{count:,}",
            f"{len(held):,}",
        )


def warn_about_former_rows(
    kept: Hashes, hashes: Hashes, split: Split, former: tuple[HoldOut, ...]
) -> None:
    """Warn where the model that training goes on from was trained on rows that are held out now.

    Parameters
    ----------
    kept
        What `sample_hashes` returned for the former training.
    hashes
        Of all rows.
    split
        The rows held out now.
    former
        The hold-outs of the former training; empty where unknown, or where several differ.
    """
    held = hashes[split.test]
    # Of other rows it is unknown whether they were trained on.
    known = held if len(kept) < MAX_KEPT else held[held <= kept[-1]]
    if not len(known):
        return
    share = float(np.isin(known, kept).mean())
    if share > MAX_SHARE:
        logger.warning(
            "The model that training goes on from was trained on %s of the rows that are held out "
            "now, so the scores are better than those of new samples. %s.",
            f"{share:.0%}" if len(known) == len(held) else f"about {share:.0%}",
            _advise(former),
        )


def _advise(former: tuple[HoldOut, ...]) -> str:
    if not former:
        return "Hold out rows that it was never trained on"
    first = former[0].format_options("")
    rest = ""
    if len(former) > 1:
        rest = f" --scheme train-val-test {former[1].format_options('val-')}"
    return f"Hold out the same rows as then ({first}{rest}), or give new ones"


def mix_hashes(numbers: Hashes) -> Hashes:
    """Spread all bits over all bits (the finalizer of SplitMix64, Steele et al. 2014)."""
    numbers = numbers * _MULTIPLIERS[0]
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _MULTIPLIERS[1]
    numbers = (numbers ^ (numbers >> np.uint64(27))) * _MULTIPLIERS[2]
    return numbers ^ (numbers >> np.uint64(31))
