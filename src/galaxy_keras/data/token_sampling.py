"""Draws tokens from the probabilities of a language model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class SamplingOptions:
    """How the next token is chosen.

    Attributes
    ----------
    temperature
        What logarithms of probabilities are divided by; 0 takes the most probable token.
    top_k
        Only so many of the most probable tokens are drawn; 0 for all.
    top_p
        Only the fewest most probable tokens are drawn whose probabilities add up to at least this
        (nucleus sampling, Holtzman et al. 2020, https://arxiv.org/abs/1904.09751); 1 for all.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0


def keep_allowed(outputs: NDArray[np.floating], allowed: NDArray[np.bool_]) -> Probabilities:
    """Return the probabilities of the tokens that may be drawn, adding up to 1.

    Parameters
    ----------
    outputs
        The probability of each token, shape (rows, tokens).
    allowed
        Whether each token may be drawn, shape (tokens,).

    Returns
    -------
    numpy.ndarray
        Shape (rows, tokens); equal ones where the network gives all allowed tokens 0.
    """
    kept: Probabilities = np.where(allowed, outputs, 0.0).astype(np.float64)
    sums = kept.sum(axis=1, keepdims=True)
    equal = allowed / allowed.sum()
    return np.where(sums > 0, kept / np.where(sums > 0, sums, 1), equal)


def adjust_probabilities(probabilities: Probabilities, options: SamplingOptions) -> Probabilities:
    """Return the probabilities that tokens are drawn with: temperature, then top-k, then top-p.

    Parameters
    ----------
    probabilities
        Adding up to 1, shape (rows, tokens).
    options
        Temperature, top-k and top-p. Temperature 0 leaves the first of the most probable tokens.

    Returns
    -------
    numpy.ndarray
        Adding up to 1, shape (rows, tokens).
    """
    if options.temperature == 0:
        greedy = np.zeros_like(probabilities)
        greedy[np.arange(len(probabilities)), probabilities.argmax(axis=1)] = 1
        return greedy
    if options.temperature != 1:
        # Divided by the highest, so that a low temperature does not make all of them 0.
        scaled = probabilities / probabilities.max(axis=1, keepdims=True)
        probabilities = _normalize(scaled ** (1 / options.temperature))
    if 0 < options.top_k < probabilities.shape[1]:
        probabilities = _normalize(_keep_most_probable(probabilities, options.top_k))
    if options.top_p < 1:
        probabilities = _normalize(_keep_nucleus(probabilities, options.top_p))
    return probabilities


def draw_tokens(probabilities: Probabilities, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one token for each row, by inversion of the distribution.

    Parameters
    ----------
    probabilities
        Adding up to 1, shape (rows, tokens).
    uniform
        Random numbers from 0 to below 1, shape (rows,).
    """
    cumulated = probabilities.cumsum(axis=1)
    # Rounding leaves the last sum beside 1.
    reached = cumulated > (uniform * cumulated[:, -1])[:, np.newaxis]
    tokens: NDArray[np.int64] = reached.argmax(axis=1)
    return tokens


def _normalize(weights: Probabilities) -> Probabilities:
    normalized: Probabilities = weights / weights.sum(axis=1, keepdims=True)
    return normalized


def _order(probabilities: Probabilities) -> NDArray[np.intp]:
    """Return tokens from the most probable on; of equal ones the first comes first."""
    order: NDArray[np.intp] = np.argsort(-probabilities, axis=1, kind="stable")
    return order


def _keep_most_probable(probabilities: Probabilities, count: int) -> Probabilities:
    chosen = _order(probabilities)[:, :count]
    kept = np.zeros_like(probabilities)
    np.put_along_axis(kept, chosen, np.take_along_axis(probabilities, chosen, 1), 1)
    return kept


def _keep_nucleus(probabilities: Probabilities, share: float) -> Probabilities:
    order = _order(probabilities)
    ordered = np.take_along_axis(probabilities, order, 1)
    before = ordered.cumsum(axis=1) - ordered
    kept = np.zeros_like(probabilities)
    np.put_along_axis(kept, order, np.where(before < share, ordered, 0.0), 1)
    return kept
