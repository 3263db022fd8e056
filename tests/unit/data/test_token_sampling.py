"""Probabilities that tokens are drawn with, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.token_sampling import (
    SamplingOptions,
    adjust_probabilities,
    draw_tokens,
    keep_allowed,
)

PROBABILITIES = np.array([[0.5, 0.25, 0.125, 0.125]])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (SamplingOptions(), [0.5, 0.25, 0.125, 0.125]),
        (SamplingOptions(temperature=0), [1, 0, 0, 0]),
        # Squares: 16, 4, 1 and 1 of 64.
        (SamplingOptions(temperature=0.5), [16 / 22, 4 / 22, 1 / 22, 1 / 22]),
        # Square roots of 4, 2, 1 and 1 of 8.
        (
            SamplingOptions(temperature=2),
            np.sqrt([4, 2, 1, 1]) / np.sqrt([4, 2, 1, 1]).sum(),
        ),
        (SamplingOptions(top_k=1), [1, 0, 0, 0]),
        (SamplingOptions(top_k=2), [2 / 3, 1 / 3, 0, 0]),
        (SamplingOptions(top_k=3), [4 / 7, 2 / 7, 1 / 7, 0]),
        (SamplingOptions(top_k=9), [0.5, 0.25, 0.125, 0.125]),
        (SamplingOptions(top_p=0.5), [1, 0, 0, 0]),
        (SamplingOptions(top_p=0.6), [2 / 3, 1 / 3, 0, 0]),
        (SamplingOptions(top_p=0.8), [4 / 7, 2 / 7, 1 / 7, 0]),
        # Of 2/3 and 1/3, the first is enough for 0.6.
        (SamplingOptions(top_k=2, top_p=0.6), [1, 0, 0, 0]),
        (SamplingOptions(temperature=0.5, top_k=2), [0.8, 0.2, 0, 0]),
        (SamplingOptions(temperature=1e-4), [1, 0, 0, 0]),
    ],
)
def test_probabilities(options: SamplingOptions, expected: object):
    adjusted = adjust_probabilities(PROBABILITIES, options)
    np.testing.assert_allclose(adjusted, [expected], rtol=1e-12)


def test_of_equally_probable_tokens_the_first_is_greedy():
    adjusted = adjust_probabilities(np.array([[0.4, 0.4, 0.2]]), SamplingOptions(temperature=0))
    assert adjusted.tolist() == [[1, 0, 0]]


def test_tokens_that_stand_for_no_text_are_never_drawn():
    allowed = np.array([False, True, True, False])
    kept = keep_allowed(np.array([[0.6, 0.1, 0.3, 0.0], [1, 0, 0, 0]], np.float32), allowed)
    np.testing.assert_allclose(kept, [[0, 0.25, 0.75, 0], [0, 0.5, 0.5, 0]], rtol=1e-6)


def test_tokens_are_drawn_by_inversion():
    rows = np.repeat(PROBABILITIES, 5, axis=0)
    drawn = draw_tokens(rows, np.array([0, 0.49, 0.5, 0.75, 0.999]))
    assert drawn.tolist() == [0, 0, 1, 2, 3]


def test_a_token_without_probability_is_not_drawn_at_the_ends():
    rows = np.array([[0, 0.3, 0.7, 0]] * 2)
    assert draw_tokens(rows, np.array([0.0, np.nextafter(1, 0)])).tolist() == [1, 2]


def test_tokens_are_drawn_as_often_as_they_are_probable():
    rows = np.repeat(PROBABILITIES, 20_000, axis=0)
    drawn = draw_tokens(rows, np.random.default_rng(0).random(20_000))
    shares = np.bincount(drawn) / 20_000
    np.testing.assert_allclose(shares, PROBABILITIES[0], atol=0.01)
