"""Initializers, regularizers, constraints and activations are those of Keras itself."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import pytest

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import check_options, check_value, complete_options

COMPONENTS: dict[str, tuple[Registry[Entry], Any]] = {
    "initializers": (INITIALIZERS, keras.initializers),
    "regularizers": (REGULARIZERS, keras.regularizers),
    "constraints": (CONSTRAINTS, keras.constraints),
}
COMPONENT_ENTRIES = [
    (entry, module) for registry, module in COMPONENTS.values() for entry in registry
]
COMPONENT_IDS = [entry.name for entry, _ in COMPONENT_ENTRIES]

COMPONENTS_NOT_OFFERED = {
    "Initializer": "the class of all initializers",
    "Regularizer": "the class of all regularizers",
    "Constraint": "the class of all constraints",
    "STFT": "for spectrograms",
}
ACTIVATIONS_NOT_OFFERED = {
    "glu": "halves the last axis, which layers with an activation do not expect",
    "threshold": "needs options",
}


# Initializers, regularizers, constraints


@pytest.mark.parametrize("kind", COMPONENTS)
def test_components_of_keras_are_offered_or_left_out_for_a_reason(kind: str) -> None:
    registry, module = COMPONENTS[kind]
    public = {name: each for name, each in vars(module).items() if isinstance(each, type)}
    missing = {each.__name__ for name, each in public.items() if registry.find(name) is None}
    assert missing <= set(COMPONENTS_NOT_OFFERED)
    for name, each in public.items():
        entry = registry.find(name)
        assert entry is None or entry.name == each.__name__


@pytest.mark.parametrize(("entry", "module"), COMPONENT_ENTRIES, ids=COMPONENT_IDS)
def test_component_has_the_parameters_of_keras(entry: Entry, module: Any) -> None:
    signature = inspect.signature(getattr(module, entry.name))
    defaults = {each.name: each.default for each in signature.parameters.values()}
    assert [each.name for each in entry.parameters] == list(defaults)
    for parameter in entry.parameters:
        assert parameter.default == defaults[parameter.name]
        assert check_value(parameter, parameter.default, "") == parameter.default


@pytest.mark.parametrize(("entry", "module"), COMPONENT_ENTRIES, ids=COMPONENT_IDS)
def test_component_as_keras_stores_it_is_read_back(entry: Entry, module: Any) -> None:
    kind = Kind(module.__name__.rsplit(".", 1)[1].removesuffix("s"))
    parameter = Parameter(name="x", kind=kind, default=None)
    made = module.get(check(parameter, entry.short_name))
    stored = module.serialize(made)
    assert stored["class_name"] == entry.name
    # Keras holds the factors of regularizers with 32 bits.
    read = complete_options(entry, check_options(entry, stored["config"], ""))
    assert read == pytest.approx(complete_options(entry, {}))
    assert check_value(parameter, stored, "") is not None


def test_identity_keeps_its_gain() -> None:
    # Keras does not write the gain of Identity, but reads it.
    stored = {"class_name": "Identity", "config": {"gain": 2.0}}
    parameter = Parameter(name="x", kind=Kind.INITIALIZER)
    assert keras.initializers.get(check(parameter, stored)).gain == 2.0


def check(parameter: Parameter, value: object) -> dict[str, object]:
    """Return a checked component as Keras takes it."""
    component = check_value(parameter, value, "")
    assert isinstance(component, Component)
    return {"class_name": component.name, "config": component.options}


# Activations

OF_KERAS = [entry.name for entry in ACTIVATIONS if entry.module == "keras.activations"]


def test_activations_are_those_of_keras() -> None:
    public = {
        each.__name__
        for name, each in vars(keras.activations).items()
        if inspect.isfunction(each) and name not in ("get", "serialize", "deserialize")
    }
    assert public - set(OF_KERAS) == set(ACTIVATIONS_NOT_OFFERED)
    assert set(OF_KERAS) <= public


@pytest.mark.parametrize("name", OF_KERAS)
def test_activation_is_understood_and_stored_by_its_name(name: str) -> None:
    assert keras.activations.serialize(keras.activations.get(name)) == name


def test_other_names_of_activations_are_aliases() -> None:
    for name, each in vars(keras.activations).items():
        if inspect.isfunction(each) and each.__name__ in OF_KERAS:
            assert ACTIVATIONS.get(name).name == each.__name__
