"""k-mers as indices and counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError, DataError

from .fitting import encode, fit


def test_indices_are_in_the_order_of_the_letters():
    kmers = fit("kmers k=2", ["ACGTA"])
    assert encode(kmers, ["AAACGT", "nTt"]).tolist() == [[2, 2, 3, 8], [1, 17, 0, 0]]
    assert kmers.vocabulary_size == 18
    assert kmers.describe() == [
        "16 k-mers of 2 letters (ACGT)",
        "4 positions; the longest sequence had 4 k-mers",
    ]
    assert (kmers.tally.tokens, kmers.tally.unknown) == (7, 1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("stride=2", [3, 13, 3]),
        ("stride=2 length=2", [3, 13]),
        ("stride=2 length=2 cut=front", [13, 3]),
        ("stride=2 length=4", [3, 13, 3, 0]),
        ("stride=2 length=4 pad=front", [0, 3, 13, 3]),
        ("stride=5", [3, 7]),
    ],
)
def test_options_of_indices(options: str, expected: list[int]):
    # AC 3, GT 13, AC 3, CC 7
    assert encode(fit(f"kmers k=2 {options}", ["ACGTACC"]), ["ACGTACC"]).tolist() == [expected]


@pytest.mark.parametrize(("alphabet", "letters"), [("dna", "ACGT"), ("rna", "ACGU")])
def test_counts_are_those_of_a_counter(alphabet: str, letters: str):
    random = np.random.default_rng(4)
    sequences = ["".join(random.choice([*letters, "N"], 200)) for _ in range(5)]
    kmers = fit(f"kmers output=count alphabet={alphabet}", sequences)
    names = kmers.names()
    assert names == sorted(names)
    for row, sequence in zip(encode(kmers, sequences), sequences, strict=True):
        found = Counter(sequence[start : start + 3] for start in range(198))
        assert row.tolist() == [found[name] for name in names]
    assert kmers.vocabulary_size is None


def test_proteins():
    kmers = fit("kmers k=2 alphabet=protein", ["VVA"])
    assert encode(kmers, ["VVA"]).tolist() == [[401, 382]]
    assert fit("kmers k=2 alphabet=protein output=count", ["VVA"]).shape == (400,)


def test_sequences_of_any_length():
    kmers = fit("kmers length=3", ["", "A", "ACGT" * 250_000])
    assert encode(kmers, ["", "AC", "ACGT" * 250_000]).tolist() == [
        [0, 0, 0],
        [0, 0, 0],
        [8, 29, 46],
    ]
    assert kmers.tally.missing == 2


def test_letters_that_are_none():
    with pytest.raises(DataError, match='row 1, column "c1": position 4 is "-", which is not'):
        fit("kmers", ["ACG-T"])
    with pytest.raises(DataError, match="Give kmers the option alphabet=rna"):
        fit("kmers", ["ACGU"])


def test_the_most_kmers():
    assert fit("kmers k=10", ["ACGT" * 3]).vocabulary_size == 4**10 + 2
    with pytest.raises(ConfigurationError) as error:
        fit("kmers k=5 alphabet=protein", ["AAAAAA"])
    assert str(error.value) == "kmers: there are 3,200,000 such k-mers. Give a k of at most 4"


def test_options_that_contradict_each_other():
    with pytest.raises(ConfigurationError) as error:
        fit("kmers output=count length=3", ["ACGT"])
    assert str(error.value) == "kmers: length is for output=index, so leave it out"
