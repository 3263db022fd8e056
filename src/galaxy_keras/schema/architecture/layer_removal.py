"""Removing a layer from an architecture."""

from __future__ import annotations

from dataclasses import replace

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture


def remove_layer(architecture: Architecture, name: str) -> Architecture:
    """Return the architecture without one layer; its input is connected to its consumers.

    Parameters
    ----------
    architecture
        The architecture, which is not modified.
    name
        The name of a layer with one input.

    Raises
    ------
    ConfigurationError
        If the layer has several inputs, its weights are shared, or it is the only layer.
    """
    layer = architecture.layer(name)
    here = architecture.describe(name)
    if len(layer.inbound) != 1:
        raise ConfigurationError(
            f"{here} cannot be removed: it has {len(layer.inbound)} inputs, "
            "and it is ambiguous which of them to keep"
        )
    if any(each.shared_with == name for each in architecture.layers):
        raise ConfigurationError(
            f"{here} cannot be removed: its weights are shared with other layers"
        )
    return _reconnect(architecture, name, layer.inbound[0])


def _reconnect(architecture: Architecture, name: str, source: str) -> Architecture:
    def rename(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(source if each == name else each for each in names)

    return replace(
        architecture,
        layers=tuple(
            replace(each, inbound=rename(each.inbound))
            for each in architecture.layers
            if each.name != name
        ),
        outputs=rename(architecture.outputs),
    )
