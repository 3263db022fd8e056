"""The encodings: how one input of a network is made from what people have, and targets likewise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from galaxy_keras.catalogue.constructors import (
    choice,
    columns,
    count,
    flag,
    integer,
    positive,
    text,
)
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import Registry

MAX_VOCABULARY: Final = 1_000_000
"""The most words, characters or levels that a fitted encoding holds."""

MAX_LENGTH: Final = 1_000_000
"""The most positions of one sample."""

MAX_SIDE: Final = 8192
"""The most pixels of a side of a picture as the network gets it."""

MAX_KMERS: Final = 4**10
"""The most k-mers that there may be of one kind."""

LETTERS: Final = {"dna": 4, "rna": 4, "protein": 20}
"""The number of letters of each alphabet; what stands for several of them is not counted."""

PUNCTUATION: Final = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'
"""What `words` takes for punctuation: ASCII's without the apostrophe."""


class Takes(StrEnum):
    """What the columns of an encoding hold."""

    TEXT = "text"
    PICTURES = "pictures"
    """Names of files in a zip archive or a folder."""
    NUMBERS = "numbers"
    ANY = "any"
    """Text or numbers, each column as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingEntry(Entry):
    """An encoding of one input of a network.

    `module` has a class `Encoding` (`data.encodings.encoding.Encoding`), fitted on the training
    rows and applied to raw samples. Each parameter is a hyperparameter; one without which the
    network can do follows from it where it is left out.

    Attributes
    ----------
    takes
        What its columns hold.
    one_column
        Whether it takes exactly one column.
    axes
        The axes of one sample, by the value of the option `output` (by ``""`` for an encoding
        without this option). An axis is the name of an option that gives its size, or one of
        ``columns``, ``levels``, ``letters`` and ``kmers``, whose sizes follow from what is fitted.
    index_outputs
        The values of `output` that give indices for an Embedding; its `input_dim` is `size`.
    spans_rows
        Whether a sample is made of several rows in the order of time, and belongs to the last one.
    """

    takes: Takes
    one_column: bool = False
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    index_outputs: tuple[str, ...] = ()
    spans_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEncodingEntry(Entry):
    """An encoding of one output of a network.

    Attributes
    ----------
    task
        Whether its output is that of a classifier or of a regressor.
    """

    task: str


_COLUMNS = columns("columns", "Columns that it takes; None for all that no other encoding takes.")

_ALPHABET = choice("alphabet", "Kind of sequence.", tuple(LETTERS), "dna")


def _length(unit: str) -> Parameter:
    return count(
        "length",
        f"Number of {unit} of a sample; None for that of the network's input, else the longest in "
        "training.",
        None,
        maximum=MAX_LENGTH,
    )


def _cut(unit: str, default: str) -> Parameter:
    return choice(
        "cut", f"Where {unit} beyond length are left out of a sample.", ("front", "back"), default
    )


def _pad(default: str) -> Parameter:
    return choice("pad", "Where a shorter sample is filled up.", ("front", "back"), default)


def _side(name: str) -> Parameter:
    return count(
        name,
        f"Pixels of the {name}; None for those of the network's input, else of the first picture.",
        None,
        maximum=MAX_SIDE,
    )


ENCODINGS: Final[Registry[EncodingEntry]] = Registry(
    "encoding",
    (
        EncodingEntry(
            name="numbers",
            module="galaxy_keras.data.encodings.numbers",
            help="Numbers, scaled and without gaps.",
            takes=Takes.NUMBERS,
            axes={"": ("columns",)},
            parameters=(
                _COLUMNS,
                choice(
                    "scale",
                    "Scale of each column: standard (mean 0, standard deviation 1), minmax (0 to "
                    "1), robust (median 0, quartiles 1 apart).",
                    ("none", "standard", "minmax", "robust"),
                    "none",
                ),
                choice(
                    "missing",
                    "What a missing value becomes: an error, or the column's mean or median in "
                    "training, or zero.",
                    ("error", "mean", "median", "zero"),
                    "error",
                ),
                flag("indicator", "Whether each column gets another one: 1 where it is missing."),
            ),
        ),
        EncodingEntry(
            name="categories",
            module="galaxy_keras.data.encodings.categories",
            help="Categories, one-hot encoded or as indices for an Embedding.",
            takes=Takes.ANY,
            axes={"one-hot": ("levels",), "index": ("columns",)},
            index_outputs=("index",),
            parameters=(
                _COLUMNS,
                choice(
                    "output",
                    "One number for each level of each column, 1 for the one that is there; or the "
                    "index of the level, from 1, for each column.",
                    ("one-hot", "index"),
                    "one-hot",
                ),
                count("min_count", "Levels that are rarer in training count as unknown.", 1),
                choice(
                    "unknown",
                    "What a level that training did not have, or a missing one, becomes: zeros "
                    "(index 0), a level of its own behind the others, or an error.",
                    ("zeros", "own", "error"),
                    "zeros",
                ),
            ),
        ),
        EncodingEntry(
            name="words",
            module="galaxy_keras.data.encodings.words",
            help="The words of a text, as indices for an Embedding, or as a bag of words.",
            takes=Takes.TEXT,
            one_column=True,
            axes={
                "index": ("length",),
                "binary": ("size",),
                "count": ("size",),
                "tf-idf": ("size",),
            },
            index_outputs=("index",),
            parameters=(
                _COLUMNS,
                count(
                    "size",
                    "Number of indices, the reserved ones among them, or number of words in a bag; "
                    "None for that of the network, else for all words.",
                    None,
                    maximum=MAX_VOCABULARY,
                ),
                _length("words"),
                integer(
                    "skip_top",
                    "Words whose index is below count as unknown; in a bag, the number of most "
                    "frequent words that are left out.",
                    0,
                    minimum=0,
                    maximum=MAX_VOCABULARY,
                ),
                flag("lower", "Whether upper and lower case are the same.", True),
                text("remove", "Characters that become a blank.", PUNCTUATION),
                choice(
                    "markup",
                    "Whether line breaks of HTML (<br />) become a blank.",
                    ("remove", "keep"),
                    "remove",
                ),
                choice(
                    "split",
                    "Words end at blanks; with punctuation, each character of remove is a word of "
                    "its own instead of a blank.",
                    ("blank", "punctuation"),
                    "blank",
                ),
                integer(
                    "first_index",
                    "What is added to a word's rank by frequency (from 1) to give its index. 3 "
                    "reserves 0 for padding, 1 for the start, 2 for unknown words; with 1 unknown "
                    "words are 1, with 0 they are left out.",
                    3,
                    minimum=0,
                    maximum=1000,
                ),
                flag("start", "Whether index 1 marks the start of each text."),
                _cut("words", "front"),
                _pad("front"),
                count("min_count", "Words that are rarer in training count as unknown.", 1),
                choice(
                    "output",
                    "Indices, or for each word of the vocabulary whether it occurs, how often, or "
                    "TF-IDF.",
                    ("index", "binary", "count", "tf-idf"),
                    "index",
                ),
            ),
        ),
        EncodingEntry(
            name="characters",
            module="galaxy_keras.data.encodings.characters",
            help="The characters of a text, as indices for an Embedding or one-hot encoded.",
            takes=Takes.TEXT,
            one_column=True,
            axes={"index": ("length",), "one-hot": ("length", "size")},
            index_outputs=("index",),
            parameters=(
                _COLUMNS,
                count(
                    "size",
                    "Number of indices (0 pads, 1 is any other character), or of characters that "
                    "are one-hot encoded; None for that of the network, else for all characters.",
                    None,
                    maximum=MAX_VOCABULARY,
                ),
                _length("characters"),
                flag("lower", "Whether upper and lower case are the same.", True),
                flag(
                    "ascii",
                    "Whether accents are taken off, and what is not ASCII then is left out.",
                    True,
                ),
                flag("join_lines", "Whether each line break becomes a blank.", True),
                _cut("characters", "front"),
                _pad("front"),
                choice(
                    "output",
                    "Indices by frequency from 2, or one number for each character of the "
                    "vocabulary.",
                    ("index", "one-hot"),
                    "index",
                ),
            ),
        ),
        EncodingEntry(
            name="letters",
            module="galaxy_keras.data.encodings.letters",
            help="The letters of a DNA, RNA or protein sequence, one-hot encoded.",
            takes=Takes.TEXT,
            one_column=True,
            axes={"": ("length", "letters")},
            parameters=(
                _COLUMNS,
                _ALPHABET,
                _length("letters"),
                _cut("letters", "back"),
                _pad("back"),
                choice(
                    "reverse_complement",
                    "The strand: as given, the other one instead (true), either of them drawn "
                    "anew in each epoch of training (train), or that and the mean of the outputs "
                    "for both in prediction (average).",
                    ("false", "true", "train", "average"),
                    "false",
                ),
            ),
        ),
        EncodingEntry(
            name="kmers",
            module="galaxy_keras.data.encodings.kmers",
            help="The k-mers of a DNA, RNA or protein sequence, as indices for an Embedding or "
            "counted.",
            takes=Takes.TEXT,
            one_column=True,
            axes={"index": ("length",), "count": ("kmers",)},
            index_outputs=("index",),
            parameters=(
                _COLUMNS,
                count("k", "Letters of a k-mer.", 3, maximum=10),
                count("stride", "Letters from the start of one k-mer to that of the next.", 1),
                _ALPHABET,
                _length("k-mers"),
                _cut("k-mers", "back"),
                _pad("back"),
                choice(
                    "output",
                    "Indices (0 pads, 1 has an ambiguous letter, then all k-mers in the order of "
                    "the letters), or how often each k-mer occurs.",
                    ("index", "count"),
                    "index",
                ),
            ),
        ),
        EncodingEntry(
            name="image",
            module="galaxy_keras.data.encodings.image",
            help="Pictures, of one size and number of channels.",
            takes=Takes.PICTURES,
            one_column=True,
            axes={"": ("height", "width", "channels")},
            parameters=(
                _COLUMNS,
                _side("height"),
                _side("width"),
                count(
                    "channels",
                    "1 for shades of grey, 3 for colours (red, green, blue), 4 with opacity; None "
                    "for those of the network's input, else 3.",
                    None,
                    maximum=4,
                ),
                choice(
                    "resize",
                    "How a picture of another shape is brought into this one: stretched, its "
                    "middle cut out, or with black borders.",
                    ("stretch", "crop", "pad"),
                    "stretch",
                ),
                positive(
                    "scale", "What values from 0 to 255 are divided by; 1 leaves them as is.", 255.0
                ),
            ),
        ),
        EncodingEntry(
            name="windows",
            module="galaxy_keras.data.encodings.windows",
            help="Windows over the rows of a series, in the order of time.",
            takes=Takes.NUMBERS,
            axes={"": ("length", "columns")},
            spans_rows=True,
            parameters=(
                _COLUMNS,
                count(
                    "length",
                    "Number of rows of a window; None for that of the network's input.",
                    None,
                    maximum=MAX_LENGTH,
                ),
                count("step", "Rows from the start of one window to that of the next.", 1),
                choice(
                    "scale",
                    "Scale of each column: difference (from the row before, in standard "
                    "deviations of the differences in training), or standard (mean 0, standard "
                    "deviation 1).",
                    ("difference", "standard", "none"),
                    "difference",
                ),
                columns("by", "Column whose values tell series apart; None for one series."),
            ),
        ),
    ),
)
"""The encodings of inputs."""
