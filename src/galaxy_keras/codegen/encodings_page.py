"""The page `docs/encodings.md`: the encodings of inputs with their options and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from galaxy_keras.catalogue.encodings import (
    ENCODINGS,
    MAX_LENGTH,
    MAX_VOCABULARY,
    EncodingEntry,
    Takes,
)
from galaxy_keras.codegen.tables import describe_entry

ENCODINGS_PAGE: Final = Path("docs", "encodings.md")

Cell = str | float | None
"""A cell of a column; None where it is missing."""


@dataclass(frozen=True)
class Example:
    """An encoding at work; a test compares it with the encoding.

    Attributes
    ----------
    call
        The encoding with its options.
    columns
        The training rows by the name of the column.
    rows
        Rows that are encoded then, a cell for each column.
    encoded
        What the network gets for each of these rows, as Python writes it.
    """

    call: str
    columns: Mapping[str, tuple[Cell, ...]]
    rows: tuple[tuple[Cell, ...], ...]
    encoded: tuple[str, ...]


EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "numbers": (
        Example(
            "numbers scale=minmax missing=mean",
            {"age": (20, 60, 40), "weight": (50, None, 100)},
            ((30, 75), (60, None)),
            ("[0.25, 0.5]", "[1.0, 0.5]"),
        ),
    ),
    "categories": (
        Example(
            "categories",
            {"sex": ("f", "m", "f"), "stage": (2, 1, 3)},
            (("m", 3), ("f", 4)),
            ("[0.0, 1.0, 0.0, 0.0, 1.0]", "[1.0, 0.0, 0.0, 0.0, 0.0]"),
        ),
    ),
    "words": (
        Example(
            "words length=6",
            {"text": ("The cat sat.", "The dog ran, the cat sat!")},
            (("the cat ran",), ("The bird",)),
            ("[0, 0, 0, 4, 5, 8]", "[0, 0, 0, 0, 4, 2]"),
        ),
        Example(
            "words output=count size=4",
            {"text": ("The cat sat.", "The dog ran, the cat sat!")},
            (("the cat, the dog",),),
            ("[2.0, 1.0, 0.0, 1.0]",),
        ),
    ),
    "characters": (
        Example(
            "characters length=6",
            {"name": ("Anna", "Hannah")},
            (("Jan",),),
            ("[0, 0, 0, 1, 2, 3]",),
        ),
    ),
    "letters": (
        Example(
            "letters length=3",
            {"sequence": ("ACGT", "AC")},
            (("gN",),),
            ("[[0.0, 0.0, 1.0, 0.0], [0.25, 0.25, 0.25, 0.25], [0.0, 0.0, 0.0, 0.0]]",),
        ),
    ),
    "kmers": (
        Example(
            "kmers k=2 length=4",
            {"sequence": ("ACGT", "AC")},
            (("AAAC",), ("TTN",)),
            ("[2, 2, 3, 0]", "[17, 1, 0, 0]"),
        ),
    ),
    "windows": (
        Example(
            "windows length=3 scale=none",
            {"load": (1, 2, 4, 7)},
            ((1,), (2,), (4,), (7,)),
            ("[[1.0], [2.0], [4.0]]", "[[2.0], [4.0], [7.0]]"),
        ),
    ),
}
"""Examples by the name of the encoding."""

_INTRODUCTION: Final = f"""# Encodings: texts, tables, sequences, pictures and series as numbers

A network takes numbers. An encoding says how they are made of one input's raw samples. It is fitted
on the training rows only, stored in the fitted model, and applied to new samples by prediction.

An option that is left out has its default; `length`, `size`, `height` and `width` follow from the
network where they can. At most {MAX_VOCABULARY:,} words, characters or categories of at most 200
characters each are kept, and a sample has at most {MAX_LENGTH:,} positions. Text in brackets or
with blanks is put into quotes, as everywhere: `remove='.,;'`.

This page is generated from the catalogue by `make generated`; edit the catalogue, not this page.
"""
_TAKES: Final = {
    Takes.TEXT: "a column of text, or lines of text",
    Takes.NUMBERS: "columns of numbers",
    Takes.ANY: "columns of text or numbers",
    Takes.PICTURES: "a column of file names in a zip archive or a folder",
}
_NOTES: Final[Mapping[str, str]] = {
    "numbers": "Missing values are filled in first, then each column is scaled. The values are "
    "those of scikit-learn's SimpleImputer, followed by its StandardScaler, MinMaxScaler or "
    "RobustScaler.",
    "categories": "A category is known by its text: the numbers 1 and 1.0 are one. Categories are "
    "in order: numbers by value, then text.",
    "words": "Words of equal frequency are ranked by their characters. TF-IDF is that of "
    "scikit-learn's TfidfTransformer. `words size=10000 skip_top=50 length=500 start=true` gives "
    "the movie reviews of Keras's IMDB data set as tutorials use them.",
    "characters": "With ascii=true, letters lose their accents (`\u00e9` is `e`); what has no "
    "ASCII letter below, such as `\u00df` or `\u4e16`, is left out.",
    "letters": "The order of the letters is that of `--features-format fasta-dna` and its like: "
    "ACGT, ACGU, or ARNDCEQGHILKMFPSTWYV. A code of IUPAC for several letters (N, R, ...; in "
    "proteins B, J, Z, X) becomes equal shares of them; U and O in proteins count as X. Upper and "
    "lower case are the same. Another letter is an error.",
    "kmers": "Letters and codes are those of [letters](#letters). A k-mer with a code for several "
    "letters has the index 1 and is not counted.",
    "image": "PNG, JPEG, GIF, BMP, TIFF, WebP and PPM of at most 50 million pixels are read. A "
    "picture is turned as its EXIF block says; of an animation, the first frame counts; "
    "transparent pixels lie on white, unless opacity is a channel. Shades of grey of 16 bits keep "
    "their precision. Resizing is bilinear, over all pixels that a smaller one covers. "
    "Augmentation is done by layers of the network: RandomFlip, RandomRotation and their like.",
    "windows": "Rows are in the order of time. A window belongs to the row that it ends in; rows "
    "before the first whole window of a series have none. The difference of the first row of a "
    "series, which has no row before, is 0. Windows are in the order of the rows that they end in, "
    "whose targets are theirs, and the last ones are held out where `--split` says nothing; rows "
    "that they share with others are left out of training.",
}


def render_encodings_page() -> str:
    """Return the text of the page."""
    links = [f"- [{entry.name}](#{entry.name})" for entry in ENCODINGS]
    sections = ["\n".join(_describe_encoding(entry)) for entry in ENCODINGS]
    return "\n".join([_INTRODUCTION, *links, "", *sections])


def _describe_encoding(entry: EncodingEntry) -> Iterator[str]:
    yield from describe_entry(entry, level=2)
    yield f"Takes {_TAKES[entry.takes]}; gives {_describe_shapes(entry)}. {_NOTES[entry.name]}\n"
    for example in EXAMPLES.get(entry.name, ()):
        yield from _format_example(example)


def _describe_shapes(entry: EncodingEntry) -> str:
    by_shape: dict[str, list[str]] = {}
    for output, axes in entry.axes.items():
        by_shape.setdefault(_format_axes(axes), []).append(output)
    if len(by_shape) == 1:
        return f"{next(iter(by_shape))} for each sample"
    return ", ".join(
        f"{shape} with output={' or '.join(outputs)}" for shape, outputs in by_shape.items()
    )


def _format_axes(axes: tuple[str, ...]) -> str:
    return f"`({', '.join(axes)}{',' if len(axes) == 1 else ''})`"


def _format_example(example: Example) -> Iterator[str]:
    yield "```"
    yield f"--input '{example.call}'"
    for name, cells in example.columns.items():
        yield f"training: {name} = {' / '.join(map(_format_cell, cells))}"
    yield f"encoded:  {' / '.join(map(_format_row, example.rows))}"
    for encoded in example.encoded:
        yield f"gives:    {encoded}"
    yield "```\n"


def _format_row(cells: tuple[Cell, ...]) -> str:
    return ", ".join(map(_format_cell, cells))


def _format_cell(cell: Cell) -> str:
    return "NA" if cell is None else str(cell)
