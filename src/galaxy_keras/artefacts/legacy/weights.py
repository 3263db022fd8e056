"""Weights as Keras 2 writes them into HDF5: one group per layer, named by attributes.

Arrays that Keras 3 keeps in another layout are converted; the layout of a file is inferred from
the shapes of its arrays, because the architecture does not always state it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.artefacts.legacy.cudnn import convert_gru, convert_lstm
from galaxy_keras.artefacts.legacy.locally_connected import convert_kernel
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import infer_shapes

LAYER_NAMES = "layer_names"
_WEIGHT_NAMES = "weight_names"
_DEPTHWISE = ("DepthwiseConv1D", "DepthwiseConv2D")


def read_legacy_weights(
    group: AuditedGroup, architecture: Architecture
) -> tuple[LayerWeights, ...]:
    """Return the weights of each layer that has any, as Keras 3 takes them.

    Parameters
    ----------
    group
        Has one group for each layer and the attribute ``layer_names``.
    architecture
        The network that they belong to.

    Raises
    ------
    ModelFileError
        If the group is damaged, was written on another backend than TensorFlow, or has weights
        for another number of layers. Shapes are compared when the network is built.
    """
    _check_backend(group)
    stored = [layer for layer in _read_layers(group) if layer.arrays]
    nodes = _match_layers(group, stored, architecture)
    shapes = infer_shapes(architecture)
    return tuple(
        _convert(node, layer, shapes[node.inbound[0]].output)
        for node, layer in zip(nodes, stored, strict=True)
    )


def _check_backend(group: AuditedGroup) -> None:
    backend = group.read_attribute("backend") if "backend" in group.attributes else "tensorflow"
    if backend == "theano":
        # Theano flips convolution kernels, which no shape would show.
        group.refuse("", "holds weights written by Keras on Theano, which cannot be used here")


def _read_layers(group: AuditedGroup) -> Iterator[LayerWeights]:
    for name in _read_names(group, LAYER_NAMES):
        layer = group.read_group(name)
        paths = _read_names(layer, _WEIGHT_NAMES)
        yield LayerWeights(
            name=name,
            paths=tuple(path.removesuffix(":0") for path in paths),
            arrays=tuple(layer.read_array(path) for path in paths),
        )


def _read_names(group: AuditedGroup, attribute: str) -> list[str]:
    """Return a list of names; Keras splits one that is too long for HDF5 into numbered parts."""
    parts = [attribute] if attribute in group.attributes else _find_parts(group, attribute)
    if not parts:
        group.refuse("", f"has no attribute {attribute}: it does not hold weights of Keras 2")
    names = [name for part in parts for name in _read_name_list(group, part)]
    _check_names(group, attribute, names)
    return names


def _find_parts(group: AuditedGroup, attribute: str) -> list[str]:
    parts = (f"{attribute}{number}" for number in itertools.count())
    return list(itertools.takewhile(lambda part: part in group.attributes, parts))


def _check_names(group: AuditedGroup, attribute: str, names: Sequence[str]) -> None:
    """Refuse two names of one array, by which a small file could fill the memory."""
    if len(set(names)) < len(names):
        group.refuse("", f"has an attribute {attribute} that names something twice")
    for name in names:
        if not {"", "."}.isdisjoint(name.split("/")):
            group.refuse("", f"has an attribute {attribute} with an entry that is not a name")


def _read_name_list(group: AuditedGroup, attribute: str) -> list[str]:
    names = group.read_attribute(attribute)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        group.refuse("", f"has an attribute {attribute} that is not a list of names")
    return names


def _match_layers(
    group: AuditedGroup, stored: Sequence[LayerWeights], architecture: Architecture
) -> list[LayerNode]:
    """Return the layer for each of `stored`: by name, or in order where names differ.

    Automatic names get other numbers each time the same network is built.
    """
    shapes = infer_shapes(architecture)
    nodes = {
        node.name: node
        for node in architecture.layers
        if shapes[node.name].parameters and node.shared_with is None
    }
    if {layer.name for layer in stored} == set(nodes):
        return [nodes[layer.name] for layer in stored]
    if len(stored) != len(nodes):
        group.refuse(
            "",
            f"holds weights for {len(stored)} layers ({_list(layer.name for layer in stored)}), "
            f"but {len(nodes)} layers of the architecture have weights ({_list(nodes)}). "
            "Check that both files belong together",
        )
    return list(nodes.values())


def _list(names: Any) -> str:
    return ", ".join(names) or "none"


def _convert(
    node: LayerNode, layer: LayerWeights, input_shape: Sequence[int | None]
) -> LayerWeights:
    weights = [
        NamedArray(_rename(node, path), array)
        for path, array in zip(layer.paths, layer.arrays, strict=True)
    ]
    if node.model is not None:
        weights = _order_nested(weights, node.model)
    arrays = _convert_arrays(node, [each.values for each in weights], input_shape)
    return LayerWeights(node.name, tuple(each.name for each in weights), arrays)


def _rename(node: LayerNode, path: str) -> str:
    inner = node.options.get("layer")
    layer_type = inner.name if inner else node.type
    return path.replace("depthwise_kernel", "kernel") if layer_type in _DEPTHWISE else path


def _convert_arrays(
    node: LayerNode, arrays: Sequence[NDArray[Any]], input_shape: Sequence[int | None]
) -> tuple[NDArray[Any], ...]:
    if node.type == "LSTM":
        return convert_lstm(arrays)
    if node.type == "GRU":
        return convert_gru(arrays)
    if node.type in ("LocallyConnected1D", "LocallyConnected2D"):
        return convert_kernel(node, arrays, input_shape)
    return tuple(arrays)


def _order_nested(weights: Sequence[NamedArray], model: Architecture) -> list[NamedArray]:
    """Sort the weights of a nested model by its layers; Keras 2 puts all trainable ones first."""
    ranks = {name: rank for rank, name in enumerate(_list_names(model))}

    def rank(weight: NamedArray) -> int:
        return min((ranks[part] for part in weight.name.split("/") if part in ranks), default=0)

    return sorted(weights, key=rank)


def _list_names(model: Architecture) -> Iterator[str]:
    for node in model.layers:
        yield node.name
        if node.model is not None:
            yield from _list_names(node.model)
