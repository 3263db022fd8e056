"""The values of options of windows of a genome; click, requests and forms take them."""

from __future__ import annotations

from typing import Final, Literal

WindowPosition = Literal["centre", "random"]
NegativesBy = Literal["gc", "position", "shuffle"]
MissingSignal = Literal["zero", "error"]
BLACKLISTS: Final = ("hg19", "hg38")
"""The assemblies that a list of regions to leave out is there for."""
MAX_NEGATIVES: Final = 100
MAX_BIN: Final = 1_000_000
