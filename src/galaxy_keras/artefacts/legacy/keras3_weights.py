"""Weights as `Model.save_weights` of Keras 3 writes them (``.weights.h5``).

::

    /layers/dense/vars/0, 1, ...              the variables of a layer, in their order
    /layers/dense/vars                        attribute ``name``: the name of the layer
    /layers/lstm/cell/vars/0, 1, ...          those of a layer in a layer
    /layers/functional/layers/dense/vars/...  those of a nested model

Layers are called by their class, not by their name; ``_1``, ``_2`` ... count those of one class.
The first versions of Keras 3 had no attribute ``name``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.errors import list_names
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.names import to_snake_case
from galaxy_keras.schema.architecture.shapes import infer_shapes

LAYER_GROUPS = ("layers", "_layer_checkpoint_dependencies")
"""The groups of which one is in every such file; the second in those of the first versions."""

_VARIABLES = "vars"
_INNER = (
    *("cell", "forward_layer", "backward_layer", "layer"),
    *("query_dense", "key_dense", "gate_dense", "value_dense", "output_dense"),
)
"""Layers in layers, in the order in which Keras lists their variables."""
_SPECTRAL = "SpectralNormalization"
_RANDOM = "seed_generator"
_REMEDY = (
    "Where it was written, save the whole model with model.save to a .h5 file, and give that as "
    "--model"
)


def is_keras3_weights(root: AuditedGroup) -> bool:
    """Whether a file was written by `Model.save_weights` of Keras 3."""
    return any(name in root for name in LAYER_GROUPS)


def read_keras3_weights(root: AuditedGroup, architecture: Architecture) -> tuple[LayerWeights, ...]:
    """Return the weights of each layer that has any.

    Parameters
    ----------
    root
        Of a file that `is_keras3_weights` recognizes.
    architecture
        The network that they belong to.

    Raises
    ------
    ModelFileError
        If the file is damaged, or has weights for other layers. Shapes are compared when the
        network is built. The file does not name variables: the names are those of the network.
    """
    return tuple(_iterate_layers(root, architecture))


def _iterate_layers(root: AuditedGroup, architecture: Architecture) -> Iterator[LayerWeights]:
    """Yield the weights of the layers of a model that stands in the group `root`."""
    name = next((each for each in LAYER_GROUPS if each in root), LAYER_GROUPS[0])
    group = root.read_group(name)
    nodes = [node for node in architecture.layers if node.shared_with is None]
    members = _match_layers(group, nodes)
    shapes = infer_shapes(architecture)
    _check_layers(group, members, [node for node in nodes if shapes[node.name].weights])
    for node in nodes:
        names = tuple(weight.name for weight in shapes[node.name].weights)
        if names:
            arrays = _read_arrays(group.read_group(members[node.name]), node)
            _check_count(group, members[node.name], names, arrays)
            yield LayerWeights(node.name, names, tuple(arrays))


def _match_layers(group: AuditedGroup, nodes: Sequence[LayerNode]) -> dict[str, str]:
    """Return the group of each layer: by the names in the file, or by class and number."""
    named = {_read_layer_name(group, member): member for member in group.names}
    if {node.name for node in nodes if not node.is_input} <= set(named):
        return {name: member for name, member in named.items() if name is not None}
    counts: Counter[str] = Counter()
    members = {}
    for node in nodes:
        stem = to_snake_case(node.type)
        number = counts[stem]
        counts[stem] += 1
        members[node.name] = f"{stem}_{number}" if number else stem
    return {name: member for name, member in members.items() if member in group.names}


def _read_layer_name(group: AuditedGroup, member: str) -> str | None:
    place = f"{member}/{_VARIABLES}"
    has_name = place in group and "name" in group.list_attributes(place)
    return group.read_name(place) if has_name else None


def _check_layers(
    group: AuditedGroup, members: dict[str, str], weighted: Sequence[LayerNode]
) -> None:
    missing = [node.name for node in weighted if node.name not in members]
    if missing:
        group.refuse(
            "",
            f"has no weights for {list_names(missing)}. Check that architecture and weights belong "
            "together",
        )


def _check_count(
    group: AuditedGroup, member: str, names: Sequence[str], arrays: Sequence[NDArray[Any]]
) -> None:
    if len(names) != len(arrays):
        group.refuse(
            member,
            f"holds {len(arrays)} arrays of weights, but the layer has {len(names)}. Check that "
            f"architecture and weights belong together. {_REMEDY}",
        )


def _read_arrays(group: AuditedGroup, node: LayerNode) -> list[NDArray[Any]]:
    """Return the variables of a layer in the order of Keras's `weights`."""
    if node.model is not None:
        return [array for layer in _iterate_layers(group, node.model) for array in layer.arrays]
    arrays = list(_iterate_own_and_inner(group))
    if node.type == _SPECTRAL:
        # The wrapper lists the kernel of its layer too, as the first of its own variables.
        own = len(list(_iterate_variables(group)))
        del arrays[own : own + 1]
    return arrays


def _iterate_own_and_inner(group: AuditedGroup) -> Iterator[NDArray[Any]]:
    yield from _iterate_variables(group)
    inner = {name.lstrip("_"): name for name in group.names if name != _VARIABLES}
    for name in _INNER:
        if name in inner:
            yield from _iterate_own_and_inner(group.read_group(inner[name]))
    for name in sorted(set(inner) - set(_INNER)):
        _refuse_variables(group, inner[name])


def _iterate_variables(group: AuditedGroup) -> Iterator[NDArray[Any]]:
    if _VARIABLES not in group:
        return
    variables = group.read_group(_VARIABLES)
    for number in range(len(variables.names)):
        yield variables.read_array(str(number))


def _refuse_variables(group: AuditedGroup, name: str) -> None:
    """Refuse variables in a place that is not known, unless they are random states."""
    if _RANDOM in name or not group.is_group(name):
        return
    if any(_iterate_variables(group.read_group(name))):
        group.refuse(name, f"holds weights in a layout that is not read. {_REMEDY}")
