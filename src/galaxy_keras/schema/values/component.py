"""A chosen optimizer, loss, metric or callback with its options."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class FrozenModel(BaseModel):
    """The base of all requests and file contents: frozen, extra fields forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Component(FrozenModel):
    """One entry of the catalogue, chosen.

    Attributes
    ----------
    name
        The canonical name in the catalogue.
    options
        Checked options in canonical form (`schema.values.check_options`), without defaults.
    """

    name: str
    options: dict[str, Any] = Field(default_factory=dict)
