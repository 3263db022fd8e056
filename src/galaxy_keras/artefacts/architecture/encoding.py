"""An architecture as the model JSON of Keras 3.

All parameters are written, defaults too, so a different default in a later version of Keras
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.layers import LAYERS, InputKind
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.names import to_snake_case
from galaxy_keras.schema.architecture.shapes import LayerShapes, infer_shapes
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import REGISTRIES, complete_options

# The constructors of these layers do not take `trainable`.
_WITHOUT_TRAINABLE: Final = ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")


def encode_model(architecture: Architecture) -> dict[str, Any]:
    """Return what ``keras.models.model_from_json`` reads, after `json.dumps`.

    Raises
    ------
    ConfigurationError
        If the layers do not fit each other.
    """
    if architecture.kind == "sequential":
        infer_shapes(architecture)
        return _encode_sequential(architecture)
    return _encode_functional(architecture, infer_shapes(architecture))


def _encode_sequential(architecture: Architecture) -> dict[str, Any]:
    config = {
        "name": architecture.name,
        "trainable": True,
        "layers": [_encode_layer(layer) for layer in architecture.layers],
        "build_input_shape": list(architecture.layers[0].options["batch_shape"]),
    }
    return _encode_object("keras", "Sequential", config)


def _encode_functional(architecture: Architecture, shapes: LayerShapes) -> dict[str, Any]:
    graph = _Graph(architecture, shapes)
    layers = [
        {
            **_encode_layer(layer),
            "name": layer.name,
            "inbound_nodes": graph.encode_calls(layer),
        }
        for layer in architecture.layers
        if layer.shared_with is None
    ]
    config = {
        "name": architecture.name,
        "trainable": True,
        "layers": layers,
        "input_layers": graph.encode_outputs(architecture.inputs),
        "output_layers": graph.encode_outputs(architecture.outputs),
    }
    return _encode_object("keras.src.models.functional", "Functional", config, "Functional")


def _encode_object(
    module: str, class_name: str, config: Mapping[str, Any], registered_name: str | None = None
) -> dict[str, Any]:
    return {
        "module": module,
        "class_name": class_name,
        "config": config,
        "registered_name": registered_name,
    }


# Layers


def _encode_layer(layer: LayerNode) -> dict[str, Any]:
    if layer.is_input:
        return _encode_input(layer)
    if layer.model is not None:
        nested = encode_model(layer.model)
        nested["config"]["trainable"] = layer.trainable
        return nested
    entry = LAYERS.get(layer.type)
    config = {
        "name": layer.name,
        "trainable": layer.trainable,
        "dtype": layer.dtype or "float32",
        **_encode_options(entry, layer.options, layer.dtype),
    }
    if layer.type in _WITHOUT_TRAINABLE:
        del config["trainable"]
    return _encode_entry(entry, config)


def _encode_input(layer: LayerNode) -> dict[str, Any]:
    config = {
        "batch_shape": list(layer.options["batch_shape"]),
        "dtype": layer.options["dtype"],
        "sparse": False,
        "ragged": False,
        "name": layer.name,
        "optional": False,
    }
    return _encode_entry(LAYERS.get(layer.type), config)


def _encode_entry(entry: Entry, config: Mapping[str, Any]) -> dict[str, Any]:
    return _encode_object(entry.module, entry.name, config, entry.registered_name)


def _encode_options(
    entry: Entry, options: Mapping[str, Any], dtype: str | None = None
) -> dict[str, Any]:
    """Write all options; a layer among them computes in the precision `dtype` too."""
    complete = complete_options(entry, options)
    return {
        parameter.name: _encode_value(parameter, complete[parameter.name], dtype)
        for parameter in entry.parameters
    }


def _encode_value(parameter: Parameter, value: Any, dtype: str | None) -> Any:
    if value is None:
        # If it is missing, Keras takes `image_data_format` from ~/.keras/keras.json.
        return "channels_last" if parameter.name == "data_format" else None
    if parameter.kind is Kind.LAYER:
        return _encode_inner_layer(parameter, value, dtype)
    if parameter.kind is Kind.ACTIVATION:
        return _encode_activation(value)
    if isinstance(value, Component):
        return _encode_component(REGISTRIES[parameter.kind], value)
    return _tuples_to_lists(value)


def _encode_activation(name: str) -> str | dict[str, Any]:
    own = ACTIVATIONS.get(name).registered_name
    if own is None:
        return name
    return {
        "module": "builtins",
        "class_name": "function",
        "config": own,
        "registered_name": "function",
    }


def _encode_inner_layer(
    parameter: Parameter, value: Component, dtype: str | None
) -> dict[str, Any]:
    entry = LAYERS.get(value.name)
    way = "backward_" if parameter.name == "backward_layer" else ""
    config = {
        "name": way + to_snake_case(entry.name),
        "trainable": True,
        "dtype": dtype or "float32",
        **_encode_options(entry, value.options, dtype),
    }
    return _encode_entry(entry, config)


def _encode_component(registry: Registry[Entry], value: Component) -> dict[str, Any]:
    entry = registry.get(value.name)
    return _encode_entry(entry, _encode_options(entry, value.options))


def _tuples_to_lists(value: Any) -> Any:
    return [_tuples_to_lists(each) for each in value] if isinstance(value, tuple) else value


# Graphs


class _Graph:
    """Writes the inbound nodes: layer name and node index (which call of the layer it is)."""

    def __init__(self, architecture: Architecture, shapes: LayerShapes) -> None:
        self._shapes = shapes
        self._calls: dict[str, list[LayerNode]] = {}
        self._node_indices: dict[str, tuple[LayerNode, int]] = {}
        for layer in architecture.layers:
            calls = self._calls.setdefault(layer.shared_with or layer.name, [])
            calls.append(layer)
            self._node_indices[layer.name] = (calls[0], len(calls) - 1)

    def encode_calls(self, layer: LayerNode) -> list[dict[str, Any]]:
        """Return the inbound nodes of `layer`, one for each call; none for an input."""
        return [self._encode_call(call) for call in self._calls[layer.name] if call.inbound]

    def encode_outputs(self, names: Sequence[str]) -> list[Any]:
        """Return references to inputs or outputs of the model; a single one is not in a list."""
        references = [self._encode_reference(*self._node_indices[name]) for name in names]
        return references[0] if len(references) == 1 else references

    def _encode_reference(self, owner: LayerNode, number: int) -> list[Any]:
        # In `input_layers` and `output_layers` (only there) Keras starts the node index of a nested
        # functional model at 1.
        return [owner.name, number + (owner.type == "Functional"), 0]

    def _encode_call(self, call: LayerNode) -> dict[str, Any]:
        tensors = [self._encode_tensor(name) for name in call.inbound]
        return {
            "args": [tensors] if _takes_list(call) else tensors,
            "kwargs": {"use_causal_mask": True} if call.causal else {},
        }

    def _encode_tensor(self, name: str) -> dict[str, Any]:
        owner, number = self._node_indices[name]
        config = {
            "shape": list(self._shapes[name].output),
            "dtype": _find_dtype(owner),
            "keras_history": [owner.name, number, 0],
        }
        return {"class_name": "__keras_tensor__", "config": config}


def _takes_list(call: LayerNode) -> bool:
    if call.model is not None:
        return len(call.inbound) > 1
    return LAYERS.get(call.type).inputs in (InputKind.TWO, InputKind.MANY, InputKind.ATTENTION)


def _find_dtype(layer: LayerNode) -> str:
    """Return the dtype of the output of a layer; Keras reads it, but computes its own."""
    if layer.is_input:
        return str(layer.options["dtype"])
    return (layer.dtype or "float32").removeprefix("mixed_")
