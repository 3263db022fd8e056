"""What the catalogue knows about a layer besides its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypedDict, Unpack

from galaxy_keras.catalogue.parameters import Entry, Ignored, Parameter

_FLOAT32_POLICY = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
}
# Keras writes these into the configuration of every layer.
IGNORED_BY_ALL: Final = (
    Ignored("trainable", (True, None)),
    Ignored("dtype", ("float32", None, _FLOAT32_POLICY)),
)
# Later versions of Keras write these into layers with a kernel; not offered here.
IGNORED_TUNING: Final = (
    *IGNORED_BY_ALL,
    Ignored("lora_rank", (None,)),
    Ignored("lora_alpha", (None,)),
    Ignored("quantization_config", (None,)),
)


class InputKind(StrEnum):
    """What feeds a layer."""

    NONE = "none"
    """Nothing: it is an input, or a cell nested in another layer."""
    ONE = "one"
    TWO = "two"
    """A list of two."""
    MANY = "many"
    """A list of two or more."""
    ATTENTION = "attention"
    """A list of query, value and optionally key."""
    QUERY_VALUE = "query_value"
    """Query, value and optionally key, each an argument of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Entry):
    """A layer.

    Attributes
    ----------
    group
        The family under which forms and tables list it.
    inputs
        What feeds it.
    shape_rule
        The name of the rule for its output shape and its weights (`schema.shapes`).
    replaced_by
        The layer that does the same, for one that Keras 3 dropped. It understands the
        parameters of this one.
    """

    module: str = "keras.layers"
    ignored: tuple[Ignored, ...] = IGNORED_BY_ALL
    group: str
    inputs: InputKind = InputKind.ONE
    shape_rule: str = "identity"
    replaced_by: str | None = None


class _Details(TypedDict, total=False):
    module: str
    aliases: tuple[str, ...]
    ignored: tuple[Ignored, ...]
    inputs: InputKind
    shape_rule: str
    replaced_by: str


def make_layer(
    group: str, name: str, help_text: str, *parameters: Parameter, **details: Unpack[_Details]
) -> Layer:
    """Return a layer; `parameters` in Keras's order, `details` as in `Layer`."""
    return Layer(group=group, name=name, help=help_text, parameters=parameters, **details)
