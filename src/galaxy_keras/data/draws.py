"""Samples that training draws anew in each epoch: either strand, another position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.encodings.encoding import Encoding
from galaxy_keras.data.raw_inputs import FittedInput

Rows = NDArray[np.intp]
Draw = Callable[[Rows, np.random.Generator], tuple[NDArray[Any], NDArray[Any] | None]]
"""Returns samples, flat, and their codes of the target (None where these stay), of some rows."""


@dataclass(frozen=True, eq=False)
class RandomStrands:
    """Draws either strand of each sample.

    Attributes
    ----------
    encoding
        The encoding of the samples.
    features
        The samples, flat: shape (rows, numbers of a sample).
    before
        What draws samples before, or None.
    """

    encoding: Encoding
    features: NDArray[Any]
    before: Draw | None = None

    def draw(
        self, rows: Rows, random: np.random.Generator
    ) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return samples, flat, and their codes of the target, or None where these stay."""
        codes = None
        if self.before is None:
            samples = self.features[rows]
        else:
            samples, codes = self.before(rows, random)
        turned = random.random(len(rows)) < 0.5
        samples = samples.copy()
        samples[turned] = turn_flat(self.encoding, samples[turned])
        return samples, codes


def make_strand_draw(fitted: Sequence[FittedInput], features: NDArray[Any]) -> Draw | None:
    """Return what draws strands if the one encoding of a network asks for it, else None."""
    if len(fitted) != 1 or not fitted[0].encoding.draws_strands:
        return None
    return RandomStrands(fitted[0].encoding, features).draw


def find_turn(
    fitted: Sequence[FittedInput],
) -> Callable[[NDArray[Any]], NDArray[Any]] | None:
    """Return what gives the other strands of samples, if predictions are to be averaged."""
    if len(fitted) != 1 or not fitted[0].encoding.averages_strands:
        return None
    return fitted[0].encoding.turn


def turn_flat(encoding: Encoding, samples: NDArray[Any]) -> NDArray[Any]:
    """Return the other strands of samples that are flat, shape (samples, numbers of a sample)."""
    shaped = samples.reshape(len(samples), *encoding.shape)
    return encoding.turn(shaped).reshape(samples.shape)
