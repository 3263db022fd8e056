"""Encodings and the network that they are for."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.compatibility import check_compatibility
from galaxy_keras.schema.training.encodings import resolve_input_encodings
from galaxy_keras.schema.training.hyperparameters import list_hyperparameters, set_hyperparameters
from galaxy_keras.schema.training.settings import TrainingSettings

EMBEDDING = ["Embedding input_dim=50 output_dim=2", "Flatten"]


def make_network(*layers: str, shape: object = 8) -> Architecture:
    return parse_spec(
        {"input_shape": shape, "layers": [*layers, "Dense units=1 activation=sigmoid"]}
    )


def make_settings(*inputs: str, **changes: Any) -> TrainingSettings:
    document = {
        "loss": "binary_crossentropy",
        "optimizer": "sgd",
        "inputs": inputs,
        "targets": ("labels",),
    }
    return TrainingSettings.from_options({**document, **changes})


def resolve(network: Architecture, *inputs: str) -> dict[str, Any]:
    (resolved,) = resolve_input_encodings(network, make_settings(*inputs))
    return resolved.encoding.options


def test_length_and_size_follow_from_the_network() -> None:
    assert resolve(make_network(*EMBEDDING), "words") == {"size": 50, "length": 8}


def test_the_size_of_a_bag_of_words_follows_from_the_input() -> None:
    options = resolve(make_network("Dense units=2"), "words output=tf-idf")
    assert options == {"size": 8, "output": "tf-idf"}


def test_an_input_of_any_length_leaves_the_length_to_the_texts() -> None:
    network = make_network(
        "Embedding input_dim=50 output_dim=2", "GlobalAveragePooling1D", shape=(None,)
    )
    assert resolve(network, "words") == {"size": 50}
    assert resolve(network, "words length=4") == {"size": 50, "length": 4}


def test_the_columns_of_a_table_fill_any_shape() -> None:
    assert resolve(make_network("Flatten", shape=(2, 4)), "numbers scale=robust") == {
        "scale": "robust"
    }


def test_without_encodings_nothing_is_resolved() -> None:
    assert resolve_input_encodings(make_network(), make_settings()) == ()


@pytest.mark.parametrize(
    ("layers", "inputs", "message"),
    [
        (
            ["Flatten"],
            ["windows"],
            "--input windows gives samples of the shape (length, columns), but the input of the "
            "network has the shape (8,). Build the network with 2 dimensions for each sample",
        ),
        (
            ["Flatten"],
            ["image columns=file"],
            "--input image gives samples of the shape (height, width, channels), but the input of "
            "the network has the shape (8,). Build the network with 3 dimensions for each sample",
        ),
        (
            EMBEDDING,
            ["words length=9"],
            "--input words length=9 does not fit the network, whose input has 8 there. Leave "
            "length out, or build the network with --input-shape 9",
        ),
        (
            EMBEDDING,
            ["words size=60"],
            '--input words size=60 gives more indices than layer 1 (Embedding "embedding") takes '
            "(input_dim=50). Leave size out, or give the layer input_dim=60",
        ),
        (
            EMBEDDING,
            ["words output=binary"],
            "takes indices, but --input words output=binary gives none. Leave output out, or begin "
            "the network with another layer",
        ),
        (
            EMBEDDING,
            ["characters output=one-hot"],
            "--input characters gives samples of the shape (length, size), but the input of the "
            "network has the shape (8,)",
        ),
        (
            EMBEDDING,
            ["text: words"],
            '--input: the network has no input "text". It has: input_layer',
        ),
        (
            EMBEDDING,
            ["words columns=a", "words"],
            "--input words: several encodings stand side by side in an input of numbers, but layer "
            '1 (Embedding "embedding") takes indices. Give one encoding',
        ),
        (
            ["Dense units=2"],
            ["numbers columns=a", "letters alphabet=dna"],
            "--input letters: several encodings stand side by side in an input of one dimension, "
            "but this one has (length, letters) and the input (8,)",
        ),
        (
            ["Dense units=2"],
            ["numbers", "categories"],
            "2 encodings (numbers, categories) take all columns that no other one takes. Give "
            "columns to all but one",
        ),
    ],
)
def test_what_does_not_fit_the_network(layers: list[str], inputs: list[str], message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        check_compatibility(make_network(*layers), make_settings(*inputs))
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (
            ("labels", "labels columns=a"),
            'there are 2 encodings of targets for the output "dense", which has one. Give --target '
            "once for each output",
        ),
        (
            ("dense_1: labels",),
            '--target: the network has no output "dense_1". Did you mean "dense"? It has: dense',
        ),
    ],
)
def test_targets_that_do_not_fit_the_network(targets: tuple[str, ...], message: str) -> None:
    settings = make_settings(targets=targets)
    with pytest.raises(ConfigurationError) as raised:
        check_compatibility(make_network("Flatten"), settings)
    assert str(raised.value) == message


TWO_INPUTS = parse_spec(
    {
        "layers": [
            {"name": "clinic", "type": "Input", "shape": 3},
            {"name": "text", "type": "Input", "shape": 5},
            {"name": "vectors", "type": "Embedding", "input_dim": 9, "output_dim": 2}
            | {"inputs": ["text"]},
            {"name": "flat", "type": "Flatten", "inputs": ["vectors"]},
            {"name": "both", "type": "Concatenate", "inputs": ["clinic", "flat"]},
            {"name": "risk", "type": "Dense", "units": 1, "inputs": ["both"]},
        ],
        "outputs": ["risk"],
    }
)


def test_each_input_has_its_encodings_in_the_order_of_the_network() -> None:
    settings = make_settings(
        "text: words columns=note", "clinic: numbers columns=[age, weight]", "clinic: categories"
    )
    resolved = resolve_input_encodings(TWO_INPUTS, settings)
    assert [(each.name, str(each.encoding)) for each in resolved] == [
        ("clinic", "numbers columns='name:age,weight'"),
        ("clinic", "categories"),
        ("text", "words columns='name:note' size=9 length=5"),
    ]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            ("clinic: numbers columns=a",),
            "no encoding is given for text, but other inputs have one. Give each input its own: "
            "--input 'text: numbers columns=...'",
        ),
        (
            ("clinic: numbers columns=a", "words columns=b"),
            "--input 'words columns='name:b'' does not say for which of the 2 inputs it is "
            "(clinic, text). Write the name before it: --input 'clinic: words columns='name:b''",
        ),
        (
            ("clinic: numbers columns=a", "txt: words columns=b"),
            '--input: the network has no input "txt". Did you mean "text"? It has: clinic, text',
        ),
        (
            ("clinic: numbers", "text: words"),
            "2 encodings (numbers, words) take all columns that no other one takes. Give columns "
            "to all but one: --input 'numbers columns=[age, weight]'",
        ),
        (
            ("clinic: numbers", "text: words columns=b length=4"),
            "--input text: words length=4 does not fit the network, whose input has 5 there. Leave "
            "length out, or build the network with --input-shape 4",
        ),
    ],
)
def test_encodings_that_do_not_fit_several_inputs(inputs: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        resolve_input_encodings(TWO_INPUTS, make_settings(*inputs))
    assert str(raised.value) == message


def test_several_encodings_stand_side_by_side() -> None:
    settings = make_settings("numbers columns=[a, b] scale=standard", "categories")
    resolved = resolve_input_encodings(make_network("Dense units=2"), settings)
    assert [str(each.encoding) for each in resolved] == [
        "numbers columns='name:a,b' scale='standard'",
        "categories",
    ]
    assert {each.name for each in resolved} == {"input_layer"}


def test_each_of_several_encodings_has_hyperparameters() -> None:
    network = make_network("Dense units=2")
    settings = make_settings("numbers columns=a", "categories", "numbers columns=b")
    names = {row[1] for row in list_hyperparameters(network, settings)}
    assert {"input__scale", "input_2__unknown", "input_3__scale"} <= names
    _, changed = set_hyperparameters(network, settings, {"input_3__scale": "robust"})
    assert [str(each) for each in changed.inputs] == [
        "numbers columns='name:a'",
        "categories",
        "numbers columns='name:b' scale='robust'",
    ]
    named = make_settings("input_layer: numbers columns=a", "input_layer: categories")
    names = {row[1] for row in list_hyperparameters(network, named)}
    assert {"input_layer__scale", "input_layer_2__unknown"} <= names


def test_indices_for_a_layer_that_computes_with_them() -> None:
    (warning,) = check_compatibility(make_network("Dense units=2"), make_settings("words"))
    assert warning == (
        "the encoding words gives indices, whose size means nothing, to layer 1 (Dense "
        '"dense"). Begin the network with an Embedding, or choose another output'
    )


def test_the_target_says_the_task() -> None:
    assert make_settings().task == "classifier"
    assert make_settings(targets=("values scale=log",), loss="mse").task == "regressor"
    assert make_settings(task="regressor").task == "classifier"


def test_settings_without_encodings_are_stored_as_before() -> None:
    settings = make_settings(task="classifier", targets=())
    assert not settings.has_encodings
    assert not {"inputs", "targets"} & set(settings.model_dump(mode="json"))


def test_settings_with_encodings_are_the_same_after_a_round_through_json() -> None:
    settings = make_settings("words start=true columns=[a]")
    assert TrainingSettings.model_validate(settings.model_dump(mode="json")) == settings


def test_options_are_hyperparameters() -> None:
    network, settings = make_network(*EMBEDDING), make_settings("words columns=text")
    names = {row[1]: row[2] for row in list_hyperparameters(network, settings)}
    assert names["input"] == "input: \"words columns='name:text'\""
    assert names["input__length"] == "input__length: None"
    assert names["input__skip_top"] == "input__skip_top: 0"
    assert names["target"] == "target: 'labels'"
    assignments = {"input__skip_top": 7, "input__columns": "review"}
    _, changed = set_hyperparameters(network, settings, assignments)
    assert str(changed.inputs[0]) == "words columns='name:review' skip_top=7"


def test_a_whole_encoding_is_a_hyperparameter() -> None:
    settings = make_settings("words")
    assignments = {"input": "characters", "input__lower": False}
    _, changed = set_hyperparameters(make_network(*EMBEDDING), settings, assignments)
    assert str(changed.inputs[0]) == "characters lower=False"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("input__lenght", 3, 'Did you mean "input__length"?'),
        ("input__length", "x", "parameter length must be a whole number of at least 1"),
        ("target__scale", "log", 'there is no hyperparameter "target__scale"'),
    ],
)
def test_hyperparameters_that_cannot_be_set(name: str, value: object, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        set_hyperparameters(make_network(*EMBEDDING), make_settings("words"), {name: value})
    assert message in str(raised.value)
