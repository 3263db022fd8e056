"""Where the vectors of an Embedding layer come from, as users write it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import FrozenModel

_NAMED = re.compile(r"\s*([A-Za-z][\w-]*)\s*:\s*(\S.*)")


class VectorSource(FrozenModel):
    """A file of word vectors, and the layer that gets them.

    Attributes
    ----------
    layer
        The name of an Embedding layer; None for the only one.
    path
        The file.
    """

    layer: str | None = None
    path: Path

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what ``LAYER: FILE`` or ``FILE`` says.

        Raises
        ------
        ConfigurationError
            If there is no file.
        """
        named = _NAMED.fullmatch(text)
        if named:
            return cls(layer=named[1], path=Path(named[2].strip()))
        if not text.strip() or text.strip().endswith(":"):
            raise ConfigurationError(
                f"--vectors '{text[:60]}' names no file. Write the layer and the file: --vectors "
                "'embedding: glove.6B.100d.txt'"
            )
        return cls(path=Path(text.strip()))
