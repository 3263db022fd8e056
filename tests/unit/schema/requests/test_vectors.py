"""Where vectors come from, as users write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.vectors import VectorSource


@pytest.mark.parametrize(
    ("text", "layer", "path"),
    [
        ("words: glove.txt.gz", "words", "glove.txt.gz"),
        ("words:/data/glove 50.txt", "words", "/data/glove 50.txt"),
        ("glove.txt", None, "glove.txt"),
        ("/data/glove.txt", None, "/data/glove.txt"),
        (" embedding_1 :  v.txt ", "embedding_1", "v.txt"),
    ],
)
def test_layer_and_file(text: str, layer: str | None, path: str):
    assert VectorSource.parse(text) == VectorSource(layer=layer, path=Path(path))


@pytest.mark.parametrize("text", ["", "  ", "words:", "words: "])
def test_no_file(text: str):
    with pytest.raises(ConfigurationError, match="names no file"):
        VectorSource.parse(text)
