"""Which layer gets vectors, and of which words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.preparation.vectors import LayerVectors, read_layer_vectors
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.vectors import VectorSource
from galaxy_keras.schema.training.features import EncodedColumns

WORDS = "Embedding input_dim=7 output_dim=2 name=words"
MARKS = "Embedding input_dim=7 output_dim=2 name=marks"


def read(
    source: str, *layers: str, encoding: str | None = "words", initial_model: object = None
) -> tuple[LayerVectors, ...]:
    architecture = parse_spec(
        {"input_shape": (3,), "layers": [*layers, "Flatten", "Dense units=1"]}
    )
    fitted = []
    if encoding is not None:
        columns = RawColumns(("text",), (["to be to see", "to be"],))
        made = fit_encoding(encoding, {}, columns)
        fitted = [FittedInput(architecture.inputs[0], made, EncodedColumns(numeric=(False,)))]
    run: Any = SimpleNamespace(vectors=(VectorSource.parse(source),))
    model: Any = SimpleNamespace(architecture=architecture, initial_model=initial_model)
    return read_layer_vectors(run, model, fitted)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "v.txt"
    path.write_text("see 1 2\nto 3 4\nunseen 5 6\n")
    return path


@pytest.mark.parametrize("layer", ["", "words: "])
def test_each_word_gets_its_vector(file: Path, layer: str):
    [vectors] = read(f"{layer}{file}", WORDS)
    assert vectors.layer == "words"
    # Indices 4, 5 and 6 are "to", "be" and "see".
    assert vectors.values.tolist() == [[0, 0]] * 4 + [[3, 4], [0, 0], [1, 2]]


@pytest.mark.parametrize(
    ("source", "layers", "encoding", "message"),
    [
        ("v.txt", ["Dense units=2"], "words", "to an Embedding layer, and the network has none"),
        (
            "v.txt",
            [WORDS, "Flatten", MARKS],
            "words",
            "does not say which Embedding layer gets the vectors: the network has words, marks. "
            "Write --vectors 'words: v.txt'",
        ),
        ("word: v.txt", [WORDS], "words", 'no Embedding layer "word". Did you mean "words"?'),
        ("v.txt", [WORDS], None, "which index is which word is not known for the layer words"),
    ],
)
def test_layers_without_words(source: str, layers: list[str], encoding: str | None, message: str):
    with pytest.raises(ConfigurationError) as caught:
        read(source, *layers, encoding=encoding)
    assert message in str(caught.value)


def test_a_trained_model_has_learned_its_own(file: Path):
    with pytest.raises(ConfigurationError, match="this model has learned its own"):
        read(str(file), WORDS, initial_model=object())
