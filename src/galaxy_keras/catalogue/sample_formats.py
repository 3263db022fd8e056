"""The formats in which samples can be given."""

from __future__ import annotations

from typing import Final, Literal

SampleFormat = Literal["tabular", "matrix-market", "fasta-dna", "fasta-rna", "fasta-protein"]

SAMPLE_FORMATS: Final[tuple[SampleFormat, ...]] = (
    "tabular",
    "matrix-market",
    "fasta-dna",
    "fasta-rna",
    "fasta-protein",
)
