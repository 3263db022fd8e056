"""The formats in which samples can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from galaxy_keras.catalogue.constructors import text
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
    has_header
        Whether the first row holds them where nothing is said of it.
    raw
        Whether samples are raw only, for an encoding (`catalogue.encodings`) to make numbers of.
    names_rows
        Whether each sample has a name, which stands beside it in outputs.
    has_classes
        Whether samples lie in folders, whose names may be their classes.
    samples
        What messages call its samples.
    suffixes
        How the names of its files end, by which it is known where no format is chosen.
    form_kind
        Its kind of samples (`selected_input`) in the Galaxy forms, where that is not `name`.
    form_type
        Its kind of sequences (`seq_type`) there, where a kind of samples has several.
    """

    has_columns: bool = False
    has_header: bool = False
    raw: bool = False
    names_rows: bool = False
    has_classes: bool = False
    samples: str = "data rows"
    suffixes: tuple[str, ...] = ()
    form_kind: str = ""
    form_type: str = ""


CSV: Final = "csv"
PICTURES: Final = "pictures"
PARQUET: Final = "parquet"
TEXT: Final = "text"
AUTO: Final = "auto"
"""The separator of CSV that is found by itself."""

COMPRESSED: Final = ".gz"
"""What names of compressed files have behind the suffix of their format."""

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
            name=CSV,
            module="galaxy_keras.data.sources.table",
            help="Values separated by commas or semicolons (CSV), with a header: one row a sample.",
            has_columns=True,
            has_header=True,
            form_kind="raw",
            parameters=(
                text(
                    "separator",
                    "What separates the cells of CSV: comma, semicolon, tab or any character; "
                    "auto takes the comma or semicolon that the first row has more of.",
                    AUTO,
                ),
            ),
        ),
        SampleFormat(
            name=TEXT,
            module="galaxy_keras.data.sources.lines",
            help="Plain text, one line a sample; for a network whose input is encoded.",
            raw=True,
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
            help="DNA sequences of one length in FASTA format, one-hot encoded (A, C, G, T; N and "
            "other letters of IUPAC for any).",
            form_kind="seq_fasta",
            form_type="FastaDNABatchGenerator",
        ),
        SampleFormat(
            name="fasta-rna",
            module=_FASTA,
            help="RNA sequences of one length in FASTA format, one-hot encoded (A, C, G, U; N and "
            "other letters of IUPAC for any).",
            form_kind="seq_fasta",
            form_type="FastaRNABatchGenerator",
        ),
        SampleFormat(
            name="fasta-protein",
            module=_FASTA,
            help="Protein sequences of one length in FASTA format, one-hot encoded (20 letters; "
            "X, B, J, Z, U, O and * for any).",
            form_kind="seq_fasta",
            form_type="FastaProteinBatchGenerator",
        ),
        SampleFormat(
            name="fasta",
            module="galaxy_keras.data.sources.sequences",
            help="Sequences of any length in FASTA format, plain or compressed with gzip; for a "
            "network whose input is encoded (letters, kmers).",
            raw=True,
            names_rows=True,
            samples="sequences",
            form_kind="seq_fasta",
            form_type="any",
            suffixes=(".fa", ".fasta", ".fas", ".fna", ".ffn", ".frn", ".faa"),
        ),
        SampleFormat(
            name=PICTURES,
            module="galaxy_keras.data.sources.pictures",
            help="All pictures in a folder or a zip archive, in the order of their names, whose "
            "folders may be their classes; for a network whose input is encoded (image).",
            raw=True,
            names_rows=True,
            has_classes=True,
            samples="pictures",
            suffixes=(".zip",),
        ),
        SampleFormat(
            name=PARQUET,
            module="galaxy_keras.data.sources.table",
            help="A Parquet file, whose columns have names: one row a sample. Needs pyarrow "
            "(pip install 'galaxy-keras[parquet]').",
            has_columns=True,
            has_header=True,
            form_kind="raw",
            suffixes=(".parquet",),
        ),
    ),
)


def find_format_of_name(name: str) -> str | None:
    """Return the format that the name of a file ends with; None where it says none.

    Parameters
    ----------
    name
        The name, which may end in ``.gz`` besides.
    """
    ending = name.lower().removesuffix(COMPRESSED)
    return next((each.name for each in SAMPLE_FORMATS if ending.endswith(each.suffixes)), None)
