"""Letters of sequences: as `--features-format fasta-dna` does it, and of any length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.runs import SampleRequest

from .fitting import encode, fit

SEQUENCES = {
    "dna": ["ACGTNacgtn", "TTTTTGGGGG"],
    "rna": ["ACGUNacgun", "UUUUUGGGGG"],
    "protein": ["ARNDCEQGHI", "LKMFPSTWYV", "xxxxxarndc"],
}


@pytest.mark.parametrize("alphabet", SEQUENCES)
def test_numbers_are_those_of_the_format_of_the_same_name(alphabet: str, tmp_path: Path):
    path = tmp_path / "sequences.fa"
    sequences = SEQUENCES[alphabet]
    path.write_text("".join(f">{number}\n{each}\n" for number, each in enumerate(sequences)))
    request = SampleRequest(path=path, format=f"fasta-{alphabet}")
    expected = np.concatenate([chunk.values for chunk in open_source(request).iterate()])
    letters = fit(f"letters alphabet={alphabet}", sequences)
    assert (encode(letters, sequences).reshape(len(sequences), -1) == expected).all()


def test_iupac_codes_are_shares():
    letters = fit("letters", ["A"])
    half, third = 0.5, np.float32(1 / 3)
    assert encode(letters, list("RYKMSWBDHVN")).tolist() == [
        [[half, 0, half, 0]],
        [[0, half, 0, half]],
        [[0, 0, half, half]],
        [[half, half, 0, 0]],
        [[0, half, half, 0]],
        [[half, 0, 0, half]],
        [[0, third, third, third]],
        [[third, 0, third, third]],
        [[third, third, 0, third]],
        [[third, third, third, 0]],
        [[0.25, 0.25, 0.25, 0.25]],
    ]
    assert encode(fit("letters alphabet=protein", ["A"]), ["B"])[0, 0].nonzero()[0].tolist() == [
        2,
        3,
    ]
    assert letters.tally.unknown == letters.tally.tokens == 11


def test_cutting_and_padding():
    def read(options: str, sequence: str) -> str:
        encoded = encode(fit(f"letters length=3 {options}", ["A"]), [sequence])[0]
        return "".join("ACGT"[row.argmax()] if row.any() else "-" for row in encoded)

    assert read("", "ACGT") == "ACG"
    assert read("cut=front", "ACGT") == "CGT"
    assert read("", "AC") == "AC-"
    assert read("pad=front", "AC") == "-AC"
    assert read("", "") == "---"
    assert read("reverse_complement=True", "AACG") == "CGT"
    assert read("reverse_complement=True", "C") == "G--"


@pytest.mark.parametrize("alphabet", ["dna", "rna"])
def test_reverse_complement_of_every_code(alphabet: str):
    codes = "ACGUTRYSWKMBDHVN".replace("T" if alphabet == "rna" else "U", "")
    forward = encode(fit(f"letters alphabet={alphabet}", [codes]), [codes])
    backward = encode(fit(f"letters alphabet={alphabet} reverse_complement=True", [codes]), [codes])
    # The letters are in an order in which the complement of each is its mirror image.
    assert (backward == forward[:, ::-1, ::-1]).all()


def test_sequences_of_any_length():
    sequences = ["", "A", "ACGT" * 250_000]
    letters = fit("letters", sequences)
    assert letters.shape == (1_000_000, 4)
    assert letters.describe() == [
        "4 letters (ACGT), 1,000,000 positions; the longest sequence had 1,000,000"
    ]
    assert encode(letters, sequences).sum(axis=(1, 2)).tolist() == [0, 1, 1_000_000]
    assert letters.tally.missing == 1
    assert fit("letters", ["A" * 1_000_001]).shape == (1_000_000, 4)


@pytest.mark.parametrize(
    ("options", "sequence", "message"),
    [
        ("", "AC-T", 'row 2, column "c1": position 3 is "-", which is not a letter of DNA. Its '
         "letters are A, C, G, T, and R, Y, S, W, K, M, B, D, H, V, N for several of them. Correct "
         "the sequence"),
        ("", "ACGU", 'position 4 is "U", which is not a letter of DNA. Its letters are A, C, G, T, '
         "and R, Y, S, W, K, M, B, D, H, V, N for several of them. Give letters the option "
         "alphabet=rna"),
        ("", "MKLV", "Give letters the option alphabet=protein"),
        ("alphabet=rna", "ACGT", "Give letters the option alphabet=dna"),
        ("alphabet=protein", "AC*", 'position 3 is "*", which is not a letter of proteins'),
        ("", "AC\u00c5", 'position 3 is "\u00c5", which is not a letter of DNA'),
        ("", "A\0", 'position 2 is "\\x00", which is not a letter of DNA'),
        ("", "A\udce9", 'position 2 is "\\xe9", which is not a letter of DNA'),
        ("", "A C", 'position 2 is " ", which is not a letter of DNA'),
    ],
)  # fmt: skip
def test_letters_that_are_none(options: str, sequence: str, message: str):
    with pytest.raises(DataError) as error:
        fit(f"letters {options}", ["A", sequence])
    assert message in str(error.value)
    with pytest.raises(DataError):
        encode(fit(f"letters {options}", ["A"]), [sequence])


@pytest.mark.parametrize("entry", ["letters", "kmers"])
def test_nothing_to_fit(entry: str):
    with pytest.raises(DataError) as error:
        fit(entry, ["", " "])
    assert str(error.value) == (
        'column "c1" has nothing to encode in its 2 rows: all sequences are empty or too short. '
        f"Choose the column of the sequences: {entry} columns=..."
    )


def test_options_that_contradict_each_other():
    with pytest.raises(ConfigurationError) as error:
        fit("letters alphabet=protein reverse_complement=True", ["A"])
    assert str(error.value) == (
        "letters: proteins have no reverse complement, so leave reverse_complement out"
    )
