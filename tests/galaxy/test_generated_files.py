"""The committed files that follow from the catalogue are those that it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from galaxy_keras.catalogue.layers import LAYERS, InputKind
from galaxy_keras.codegen.layer_macros import FormLayer, list_functional, list_sequential
from galaxy_keras.codegen.macros import MACROS, render_macros
from galaxy_keras.codegen.tables import PAGE, render_tables

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("path", "write"), [(MACROS, render_macros), (PAGE, render_tables)], ids=["macros", "page"]
)
def test_file_is_current(path: Path, write: Callable[[], str]) -> None:
    committed = (ROOT / path).read_text(encoding="utf-8")

    assert committed == write(), "run `make generated`"


def test_form_offers_every_layer() -> None:
    offered = {choice.layer.name for choice in list_functional()}

    assert offered == set(LAYERS.names)


def test_sequential_form_offers_every_layer_with_one_input() -> None:
    offered = {choice.layer.name for choice in list_sequential()}
    cells = {layer.name for layer in LAYERS if layer.shape_rule == "cell"}

    assert offered == {layer.name for layer in LAYERS if layer.inputs is InputKind.ONE} | cells


@pytest.mark.parametrize("choice", list_functional(), ids=lambda choice: choice.name)
def test_every_field_is_a_parameter(choice: FormLayer) -> None:
    assert [name for name in choice.fields if choice.layer.parameter(name) is None] == []


@pytest.mark.parametrize("choice", list_functional(), ids=lambda choice: choice.name)
def test_every_required_parameter_has_a_field(choice: FormLayer) -> None:
    fields = [choice.layer.parameter(name) for name in choice.fields]
    required = [parameter for parameter in choice.layer.parameters if parameter.required]

    assert [parameter.name for parameter in required if parameter not in fields] == []
