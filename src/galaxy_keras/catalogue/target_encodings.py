"""The encodings of targets: what an output of a network learns, and how answers come back."""

from __future__ import annotations

from typing import Final

from galaxy_keras.catalogue.constructors import choice, columns, count, text
from galaxy_keras.catalogue.encodings import TargetEncodingEntry
from galaxy_keras.catalogue.registry import Registry

NEXT: Final = "next"
"""The token after each window of the input: the target of language models."""

_MODULE = "galaxy_keras.data.targets"
_COLUMNS = columns(
    "columns", "Columns of the target in the table of features; None for those of --target-columns."
)

TARGET_ENCODINGS: Final[Registry[TargetEncodingEntry]] = Registry(
    "encoding of targets",
    (
        TargetEncodingEntry(
            name="labels",
            module=_MODULE,
            help="Labels: one column of them, or one column of 0 and 1 for each class.",
            task="classifier",
            parameters=(
                _COLUMNS,
                text(
                    "positive",
                    "The positive of two classes, whose probability the network gives; None for "
                    "the second in the order of labels.",
                    None,
                ),
            ),
        ),
        TargetEncodingEntry(
            name="values",
            module=_MODULE,
            help="Values, as they are or scaled; predictions are in the units of the table.",
            task="regressor",
            parameters=(
                _COLUMNS,
                choice(
                    "scale",
                    "How each column is scaled for the network: standard (mean 0, standard "
                    "deviation 1), minmax (0 to 1), log (logarithm of 1 + value).",
                    ("none", "standard", "minmax", "log"),
                    "none",
                ),
            ),
        ),
        TargetEncodingEntry(
            name=NEXT,
            module="galaxy_keras.data.token_windows",
            help="The token after each window of the input (characters, words, letters, kmers): "
            "a language model, which goes on with texts.",
            task="classifier",
            parameters=(
                count("step", "Tokens from the start of one window to that of the next.", 1),
            ),
        ),
    ),
)
"""The encodings of targets."""
