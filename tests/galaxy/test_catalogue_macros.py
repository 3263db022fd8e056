"""The committed macros are those that the catalogue gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from galaxy_keras.catalogue.layers import LAYERS, Inputs
from galaxy_keras.codegen.layer_macros import list_functional, list_sequential
from galaxy_keras.codegen.macros import MACROS, write_macros

ROOT = Path(__file__).parents[2]


def test_macros_are_current() -> None:
    committed = (ROOT / MACROS).read_text(encoding="utf-8")

    assert committed == write_macros(), "run python -m galaxy_keras.codegen"


def test_form_offers_every_layer() -> None:
    offered = {choice.layer.name for choice in list_functional()}

    assert offered == set(LAYERS.names)


def test_sequential_form_offers_every_layer_with_one_input() -> None:
    offered = {choice.layer.name for choice in list_sequential()}
    cells = {layer.name for layer in LAYERS if layer.shape_rule == "cell"}

    assert offered == {layer.name for layer in LAYERS if layer.inputs is Inputs.ONE} | cells


@pytest.mark.parametrize("choice", list_functional(), ids=lambda choice: choice.name)
def test_every_field_is_a_parameter(choice) -> None:
    assert [name for name in choice.fields if choice.layer.parameter(name) is None] == []


@pytest.mark.parametrize("choice", list_functional(), ids=lambda choice: choice.name)
def test_every_required_parameter_has_a_field(choice) -> None:
    fields = [choice.layer.parameter(name) for name in choice.fields]
    required = [parameter for parameter in choice.layer.parameters if parameter.required]

    assert [parameter.name for parameter in required if parameter not in fields] == []
