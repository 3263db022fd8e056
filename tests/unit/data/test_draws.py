"""Strands that training draws."""

from __future__ import annotations

import numpy as np

from galaxy_keras.data.draws import RandomStrands, find_turn, make_strand_draw
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.schema.training.features import EncodedColumns

from .encodings.fitting import encode, fit

SEQUENCES = ["ACGTN", "AAC", "G", "RYKMB", "TTTTT"]
COMPLEMENTS = str.maketrans("ACGTNRYKMB", "TGCANYRMKV")


def make_input(options: str) -> tuple[FittedInput, np.ndarray]:
    encoding = fit(f"letters length=5 {options}", ["A"])
    fitted = FittedInput("in", encoding, EncodedColumns(names=None, numeric=(False,)))
    return fitted, encode(encoding, SEQUENCES).reshape(len(SEQUENCES), -1)


def test_other_strands_are_those_of_the_letters() -> None:
    turned = [each[::-1].translate(COMPLEMENTS) for each in SEQUENCES]
    for pad in ("back", "front"):
        fitted, samples = make_input(f"pad={pad}")
        shaped = samples.reshape(-1, 5, 4)
        expected = encode(fitted.encoding, turned)
        np.testing.assert_array_equal(fitted.encoding.turn(shaped), expected)


def test_strands_are_drawn() -> None:
    fitted, samples = make_input("reverse_complement=train")
    draw = make_strand_draw([fitted], samples)
    assert draw is not None
    turned = fitted.encoding.turn(samples.reshape(-1, 5, 4)).reshape(samples.shape)
    rows = np.tile(np.arange(5), 200)
    drawn, codes = draw(rows, np.random.default_rng(0))
    assert codes is None
    first = (drawn == samples[rows]).all(axis=1)
    second = (drawn == turned[rows]).all(axis=1)
    assert (first | second).all()
    assert abs(second[rows == 0].mean() - 0.5) < 0.1
    again, _ = draw(rows, np.random.default_rng(0))
    np.testing.assert_array_equal(again, drawn)


def test_what_is_drawn_before_is_turned() -> None:
    fitted, samples = make_input("reverse_complement=average")
    codes = np.arange(5)[:, np.newaxis]
    strands = RandomStrands(fitted.encoding, samples, lambda rows, _: (samples[rows], codes[rows]))
    drawn, given = strands.draw(np.array([4, 2]), np.random.default_rng(1))
    assert given is not None
    assert given[:, 0].tolist() == [4, 2]
    assert drawn.shape == (2, 20)


def test_only_what_asks_for_it() -> None:
    for options, draws, averages in (
        ("", False, False),
        ("reverse_complement=true", False, False),
        ("reverse_complement=train", True, False),
        ("reverse_complement=average", True, True),
    ):
        fitted, samples = make_input(options)
        assert (make_strand_draw([fitted], samples) is not None) == draws
        assert (find_turn([fitted]) is not None) == averages
    assert make_strand_draw([], samples) is None
