"""A component chosen from the catalogue, with its options."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from galaxy_keras.schema.values.literals import format_call


class FrozenModel(BaseModel):
    """The base class of requests and file contents: frozen, extra fields forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Component(FrozenModel):
    """A layer, optimizer, loss, metric, initializer or any other entry of the catalogue, chosen.

    Options that are components themselves (an initializer of a layer, a schedule of an optimizer)
    are a `Component` too. Text (`str`) is what `parse_call` reads; JSON writes a component inside
    options as Keras does: ``{"class_name": ..., "config": {...}}``.

    Attributes
    ----------
    name
        The canonical name in the catalogue.
    options
        Checked options in canonical form (`check_options`), without those that are the default.
    """

    name: str
    options: dict[str, Any] = Field(default_factory=dict)

    def __str__(self) -> str:
        return format_call(self.name, self.options)

    @field_serializer("options")
    def _encode_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {"class_name": value.name, "config": value.model_dump()["options"]}
            if isinstance(value, Component)
            else value
            for name, value in options.items()
        }
