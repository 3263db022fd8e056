"""The formats in which samples can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFormat(Entry):
    """A format of samples.

    `module` has a class `Source` that reads it (`data.sources.source.SampleSource`), `parameters`
    are options of the commands that this format alone has, each with a default.

    Attributes
    ----------
    has_columns
        Whether columns can be chosen, and a first row can hold their names.
    form_kind
        Its kind of samples (`selected_input`) in the Galaxy forms, where that is not `name`.
    form_type
        Its kind of sequences (`seq_type`) there, where a kind of samples has several.
    """

    has_columns: bool = False
    form_kind: str = ""
    form_type: str = ""


_FASTA = "galaxy_keras.data.sources.fasta"

SAMPLE_FORMATS: Final = Registry(
    "format of samples",
    (
        SampleFormat(
            name="tabular",
            module="galaxy_keras.data.sources.table",
            help="Tab-separated numbers, plain or compressed with gzip: one row a sample.",
            has_columns=True,
        ),
        SampleFormat(
            name="matrix-market",
            module="galaxy_keras.data.sources.matrix_market",
            help="A sparse matrix in MatrixMarket format: one row a sample.",
            form_kind="sparse",
        ),
        SampleFormat(
            name="fasta-dna",
            module=_FASTA,
            help="DNA sequences of one length in FASTA format, one-hot encoded (A, C, G, T; N).",
            form_kind="seq_fasta",
            form_type="FastaDNABatchGenerator",
        ),
        SampleFormat(
            name="fasta-rna",
            module=_FASTA,
            help="RNA sequences of one length in FASTA format, one-hot encoded (A, C, G, U; N).",
            form_kind="seq_fasta",
            form_type="FastaRNABatchGenerator",
        ),
        SampleFormat(
            name="fasta-protein",
            module=_FASTA,
            help="Protein sequences of one length in FASTA format, one-hot encoded (20 letters; "
            "X).",
            form_kind="seq_fasta",
            form_type="FastaProteinBatchGenerator",
        ),
    ),
)
