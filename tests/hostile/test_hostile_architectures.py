"""Classes that are not in the catalogue, wherever an architecture can name one: all are listed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
from galaxy_keras.errors import GalaxyKerasError

Document = dict[str, Any]

OFFENDERS: dict[str, Document] = {
    "Lambda": {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wAA"}}},
    },
    "TFSMLayer": {
        "module": "keras.layers",
        "class_name": "TFSMLayer",
        "config": {"filepath": "/etc"},
    },
    "TorchModuleWrapper": {
        "module": "keras.utils",
        "class_name": "TorchModuleWrapper",
        "config": {"module": "gASV"},
    },
    "system": {"module": "os", "class_name": "system", "config": {}},
    "Dense of os": {"module": "os", "class_name": "Dense", "config": {"units": 1}},
    "Dense registered": {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"units": 1},
        "registered_name": "evil>Dense",
    },
    "function of os": {"module": "os", "class_name": "function", "config": "system"},
    "unregistered function": {
        "module": "builtins",
        "class_name": "function",
        "config": "eval",
        "registered_name": "eval",
    },
}


def make_layer(type_name: str, **config: Any) -> Document:
    return {"module": "keras.layers", "class_name": type_name, "config": config}


def make_model(*layers: Document) -> Document:
    first = make_layer("InputLayer", batch_shape=[None, 4, 3], name="input")
    config = {"name": "model", "layers": [first, *layers]}
    return {"module": "keras", "class_name": "Sequential", "config": config}


def in_model(offender: Document) -> Document:
    return make_model(offender)


def in_nested_model(offender: Document) -> Document:
    return make_model(make_model(offender))


def in_wrapper(offender: Document) -> Document:
    return make_model(make_layer("TimeDistributed", name="each", layer=offender))


def in_wrapper_of_wrapper(offender: Document) -> Document:
    inner = make_layer("TimeDistributed", name="inner", layer=offender)
    return make_model(make_layer("TimeDistributed", name="outer", layer=inner))


def in_cell(offender: Document) -> Document:
    return make_model(make_layer("RNN", name="rnn", cell=offender))


def in_list_of_cells(offender: Document) -> Document:
    cells = make_layer("StackedRNNCells", cells=[offender])
    return make_model(make_layer("RNN", name="rnn", cell=cells))


def in_option(option: str) -> Any:
    def place(offender: Document) -> Document:
        return make_model(make_layer("Dense", name="dense", units=2, **{option: offender}))

    place.__name__ = f"in_{option}"
    return place


PLACES = [
    *(in_model, in_nested_model, in_wrapper, in_wrapper_of_wrapper, in_cell, in_list_of_cells),
    *map(in_option, ("activation", "kernel_initializer", "bias_regularizer", "kernel_constraint")),
]


def refuse(path: Path, document: Document) -> str:
    path.write_text(json.dumps(document))
    with pytest.raises(GalaxyKerasError) as caught:
        read_architecture(path)
    return str(caught.value)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("name", OFFENDERS)
def test_offender(tmp_path: Path, name: str, place: Any) -> None:
    offender = copy.deepcopy(OFFENDERS[name])
    message = refuse(tmp_path / "model.json", place(offender))
    assert offender["class_name"] in message
    assert "which is not in the catalogue and was not run" in message


def test_all_offenders_are_listed(tmp_path: Path) -> None:
    layers = [copy.deepcopy(each) for each in OFFENDERS.values()]
    message = refuse(tmp_path / "model.json", make_model(*layers))
    for offender in OFFENDERS.values():
        assert offender["class_name"] in message


def test_settings_of_training_beside_the_layers_are_not_read(tmp_path: Path) -> None:
    document = make_model(make_layer("Dense", name="dense", units=1))
    path = tmp_path / "model.json"
    path.write_text(json.dumps(document))
    expected = read_architecture(path)
    document["compile_config"] = {"optimizer": OFFENDERS["system"]}
    path.write_text(json.dumps(document))
    assert read_architecture(path) == expected
