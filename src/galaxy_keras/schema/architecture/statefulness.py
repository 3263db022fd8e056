"""Recurrent layers that keep their state from one batch to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.values.component import Component


def find_stateful_layers(architecture: Architecture) -> Iterator[str]:
    """Yield a message for each stateful layer, those of nested models too.

    Row by row of a batch, such a layer goes on from the row in the same place of the batch before.
    Rows of tables are shuffled, and divided into parts of any size: the last batch of each would
    have other states, and Keras computes none that is smaller.
    """
    for layer in architecture.layers:
        if layer.model is not None:
            yield from find_stateful_layers(layer.model)
        elif layer.shared_with is None and _is_stateful(layer.options):
            yield (
                f"{architecture.describe(layer.name)} has stateful=True: it goes on from the rows "
                "of the batch before, but the rows of a table are shuffled, and divided into parts "
                "of any size. Leave out stateful=True, and batch_size at the input"
            )


def _is_stateful(options: Mapping[str, Any]) -> bool:
    inner = (options.get(name) for name in ("layer", "backward_layer"))
    return bool(options.get("stateful")) or any(
        _is_stateful(each.options) for each in inner if isinstance(each, Component)
    )
