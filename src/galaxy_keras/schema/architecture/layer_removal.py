"""Taking a layer out of an architecture."""

from __future__ import annotations

from dataclasses import replace

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture


def remove_layer(architecture: Architecture, name: str) -> Architecture:
    """Return the architecture without one layer; what fed it feeds those that it fed.

    Parameters
    ----------
    architecture
        Stays as it is.
    name
        The name of a layer that other layers feed.

    Raises
    ------
    ConfigurationError
        If the layer joins several layers, is used more than once, or is the only one.
    """
    layer = architecture.layer(name)
    here = architecture.describe(name)
    if len(layer.inbound) != 1:
        raise ConfigurationError(
            f"{here} cannot be taken out: {len(layer.inbound)} layers feed it, "
            "and it is not known which of them stays"
        )
    if any(each.shared_with == name for each in architecture.layers):
        raise ConfigurationError(
            f"{here} cannot be taken out: its weights are used at other places too"
        )
    return _bridge(architecture, name, layer.inbound[0])


def _bridge(architecture: Architecture, name: str, source: str) -> Architecture:
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
