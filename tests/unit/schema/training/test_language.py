"""What makes a network and its settings a language model."""

from __future__ import annotations

import pytest

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.data.encodings.alphabets import ALPHABETS
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training import language
from galaxy_keras.schema.training.language import (
    find_language_problems,
    get_step,
    is_language_model,
    resolve_token_input,
)
from galaxy_keras.schema.training.settings import TrainingSettings


def make_network(shape: tuple[int | None, ...], *layers: str) -> Architecture:
    return parse_spec({"input_shape": shape, "layers": list(layers)})


def make_settings(*inputs: str, target: str = "next") -> TrainingSettings:
    return TrainingSettings(
        task="classifier",
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        inputs=inputs,
        targets=(target,),
    )


def test_the_target_says_it():
    assert is_language_model(make_settings("words"))
    assert not is_language_model(make_settings("words", target="labels"))
    network = make_network((3,), "Dense units=2 activation=softmax")
    assert list(find_language_problems(network, make_settings("words", target="labels"))) == []


def test_a_language_model_has_one_output():
    heads = [{"name": name, "type": "Dense", "units": 9, "inputs": "x"} for name in ("a", "b")]
    network = parse_spec(
        {"layers": [{"name": "x", "type": "Input", "shape": 4}, *heads], "outputs": ["a", "b"]}
    )
    settings = make_settings("words", target="a: next")
    assert list(find_language_problems(network, settings)) == [
        "--target next is for a network with one output, and this one has 2 (a, b). Build it with "
        "one"
    ]


def test_step():
    assert get_step(make_settings("words")) == 1
    assert get_step(make_settings("words", target="next step=4")) == 4


@pytest.mark.parametrize(
    ("shape", "layer", "units", "encoding"),
    [
        ((4,), "Embedding input_dim=9 output_dim=2", 9, "words"),
        ((4, 30), "SimpleRNN units=2", 30, "characters output=one-hot"),
        ((4, 20), "SimpleRNN units=2", 20, "letters alphabet=protein"),
        ((4,), "Embedding input_dim=66 output_dim=2", 66, "kmers"),
        ((4,), "Reshape target_shape=(4,1)", 7, "characters"),
    ],
)
def test_networks_that_fit(shape: tuple[int, ...], layer: str, units: int, encoding: str):
    network = make_network(shape, layer, "Flatten", f"Dense units={units} activation=softmax")
    assert list(find_language_problems(network, make_settings(encoding))) == []


def test_the_units_say_the_size_where_nothing_else_does():
    network = make_network((4,), "Dense units=7 activation=softmax")
    chosen = resolve_token_input(network, make_settings("characters"))
    assert chosen.encoding.options["size"] == 7
    chosen = resolve_token_input(network, make_settings("characters size=5"))
    assert chosen.encoding.options["size"] == 5


def test_letters_are_those_of_the_alphabets():
    alphabets = {name: len(each.letters) for name, each in ALPHABETS.items()}
    assert alphabets == language._LETTERS
    assert ENCODINGS.get("letters").parameter("alphabet").choices == tuple(alphabets)
