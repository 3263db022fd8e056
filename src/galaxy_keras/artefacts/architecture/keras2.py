"""Architecture JSON of Keras 2 to architecture JSON of Keras 3.

Only the structure differs: where shapes are stored, how layers refer to their inputs, lists where
Keras 3 has numbers. Names of layers and parameters that Keras 3 no longer has are left to the
catalogue, and what is not allowed is found where every architecture is audited.

Three differences would silently change results, and are corrected here: Keras 2's `hard_sigmoid`
is a different function from that of Keras 3; a GRU without `reset_after` applies its reset gate
before the matrix product; and the distribution "normal" of `VarianceScaling` is a truncated one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from galaxy_keras.catalogue.activations import HARD_SIGMOID_OF_KERAS_2
from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.errors import ConfigurationError

Document = dict[str, Any]

_SEQUENTIAL = "Sequential"
_FUNCTIONAL = "Functional"
_MODELS = {_SEQUENTIAL: _SEQUENTIAL, _FUNCTIONAL: _FUNCTIONAL, "Model": _FUNCTIONAL}
_MODEL_MODULES = {_SEQUENTIAL: "keras", _FUNCTIONAL: "keras.src.models.functional"}
_INPUT = "InputLayer"
_ACTIVATIONS = ("activation", "recurrent_activation")
_INNER_LAYERS = ("layer", "backward_layer", "cell")
_COMPONENTS: dict[str, Registry[Entry]] = {
    "initializer": INITIALIZERS,
    "regularizer": REGULARIZERS,
    "constraint": CONSTRAINTS,
}
_WITHOUT_RESET_AFTER = ("GRU", "GRUCell")
# Only the InputLayer has the shape; the `shared_object_id` of initializers is irrelevant.
_DROPPED = ("batch_input_shape", "input_dtype", "shared_object_id", "dynamic")
LAST_MAJOR_VERSION = 2


def is_keras2(document: Mapping[str, Any]) -> bool:
    """Whether a model JSON was written by a version of Keras before 3."""
    version = document.get("keras_version")
    if isinstance(version, str) and version.partition(".")[0].isdecimal():
        return int(version.partition(".")[0]) <= LAST_MAJOR_VERSION
    return _find_kind(document) is not None and "module" not in document


def _find_kind(document: Mapping[str, Any]) -> str | None:
    """Return the class of a model, None for anything else."""
    name = document.get("class_name")
    return _MODELS.get(name) if isinstance(name, str) else None


def translate_document(document: Mapping[str, Any]) -> Document:
    """Return the JSON document of the same model as Keras 3 describes it.

    Parameters
    ----------
    document
        What `is_keras2` recognizes: dialects of Keras 2.0 to 2.15. Parts that are not as
        expected are left unchanged, so the audit that follows names them.

    Raises
    ------
    ConfigurationError
        If a sequential model has no input shape.
    """
    return _translate_model(document)


def _translate_model(document: Mapping[str, Any]) -> Document:
    config = document.get("config")
    if isinstance(config, list):
        # Keras up to 2.2.2 wrote the bare list of layers of a sequential model.
        config = {"name": "sequential", "layers": config}
    if not isinstance(config, Mapping) or not _are_layers(config.get("layers")):
        return dict(document)
    kind = _find_kind(document)
    if kind is None:
        return dict(document)
    translate = _translate_sequential if kind == _SEQUENTIAL else _translate_functional
    return {"module": _MODEL_MODULES[kind], "class_name": kind, "config": translate(config)}


def _are_layers(layers: object) -> bool:
    return isinstance(layers, list) and all(map(_is_layer, layers))


def _is_layer(layer: object) -> bool:
    if not isinstance(layer, Mapping):
        return False
    config = layer.get("config")
    return isinstance(config, Mapping) or (
        isinstance(config, list) and _find_kind(layer) is not None
    )


def _translate_sequential(config: Mapping[str, Any]) -> Document:
    layers = list(config["layers"])
    if layers and layers[0].get("class_name") != _INPUT:
        layers.insert(0, _make_input(layers[0], config))
    return {
        "name": config.get("name", "sequential"),
        "layers": [_translate_layer(layer) for layer in layers],
    }


def _make_input(layer: Mapping[str, Any], model: Mapping[str, Any]) -> Document:
    """Return the InputLayer that Keras 2 omits before the first layer."""
    config = layer["config"] if isinstance(layer["config"], Mapping) else {}
    shape = config.get("batch_input_shape") or model.get("build_input_shape")
    if shape is None:
        shape = _find_inner_shape(layer)
    if shape is None:
        raise ConfigurationError(
            f'the sequential model "{model.get("name", "sequential")}" has no input shape. '
            f"Give its first layer, {layer.get('class_name')}, a batch_input_shape such as "
            "[null, 20]"
        )
    name = config.get("name") or str(layer.get("class_name")).lower()
    described = {"name": f"{name}_input", "batch_input_shape": shape}
    if isinstance(config.get("dtype"), str):
        described["dtype"] = config["dtype"]
    return {"class_name": _INPUT, "config": described}


def _find_inner_shape(layer: Mapping[str, Any]) -> Any:
    """Return the input shape of a nested model that is the first layer of a sequential one."""
    if _find_kind(layer) is None:
        return None
    model = _translate_model(layer)
    layers = model["config"]["layers"] if "module" in model else []
    return layers[0]["config"].get("batch_shape") if layers else None


def _translate_functional(config: Mapping[str, Any]) -> Document:
    # In Keras 2 the node index of a nested model starts at 1 wherever one is referred to; in
    # Keras 3 only in `input_layers` and `output_layers`, and for functional models.
    kinds = {str(node.get("name")): _find_kind(node) for node in config["layers"]}
    models = {name for name, kind in kinds.items() if kind}
    sequential = {name for name, kind in kinds.items() if kind == _SEQUENTIAL}
    return {
        **config,
        "layers": [_translate_node(node, models) for node in config["layers"]],
        "output_layers": _renumber_outputs(config.get("output_layers"), sequential),
    }


def _renumber_outputs(references: object, models: set[Any]) -> object:
    if not isinstance(references, list):
        return references
    if _is_reference(references):
        return _shift_node_index(references, models)
    return [_shift_node_index(each, models) if _is_reference(each) else each for each in references]


def _translate_node(node: Mapping[str, Any], models: set[Any]) -> Document:
    """Translate a layer of a functional model with its inbound nodes."""
    layer = _translate_layer(node)
    calls = node.get("inbound_nodes")
    if isinstance(calls, list):
        layer["inbound_nodes"] = [_translate_call(call, models) for call in calls]
    return {"name": node.get("name", layer["config"].get("name")), **layer}


def _translate_call(call: object, models: set[Any]) -> object:
    if not isinstance(call, list) or not all(_is_reference(each) for each in call):
        return call
    tensors = [_make_tensor(each, models) for each in call]
    keywords = call[0][3] if call and len(call[0]) > 3 and isinstance(call[0][3], dict) else {}
    return {
        "args": tensors if len(tensors) == 1 else [tensors],
        "kwargs": {
            name: _make_tensor(value, models) if _is_reference(value) else value
            for name, value in keywords.items()
            if value is not None
        },
    }


def _is_reference(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(each, int) for each in value[1:3])
    )


def _make_tensor(reference: list[Any], models: set[Any]) -> Document:
    config = {"keras_history": _shift_node_index(reference, models)}
    return {"class_name": "__keras_tensor__", "config": config}


def _shift_node_index(reference: list[Any], models: set[Any]) -> list[Any]:
    name, use, output = reference[:3]
    return [name, use - 1 if name in models else use, output]


def _translate_layer(layer: Mapping[str, Any]) -> Document:
    if _find_kind(layer) is not None:
        return _translate_model(layer)
    name = layer.get("class_name")
    config = {
        key: _translate_value(key, value)
        for key, value in layer["config"].items()
        if key not in _DROPPED
    }
    if name == _INPUT:
        config.setdefault("batch_shape", layer["config"].get("batch_input_shape"))
    if name in _WITHOUT_RESET_AFTER:
        config.setdefault("reset_after", False)
    if name == "BatchNormalization" and isinstance(config.get("axis"), list):
        config["axis"] = config["axis"][0] if len(config["axis"]) == 1 else config["axis"]
    return _make_object(LAYERS, name, config)


def _translate_value(key: str, value: Any) -> Any:
    if key in _ACTIVATIONS and value == "hard_sigmoid":
        return HARD_SIGMOID_OF_KERAS_2
    if not isinstance(value, Mapping) or not isinstance(value.get("config"), Mapping):
        return value
    if key in _INNER_LAYERS:
        return _translate_layer(value)
    if key == "dtype":
        return value["config"].get("name")
    registry = _COMPONENTS.get(key.rpartition("_")[2])
    return value if registry is None else _translate_component(registry, value)


def _translate_component(registry: Registry[Entry], value: Mapping[str, Any]) -> Document:
    config = {name: each for name, each in value["config"].items() if name != "dtype"}
    if config.get("distribution") == "normal":
        config["distribution"] = "truncated_normal"
    return _make_object(registry, value.get("class_name"), config)


def _make_object(registry: Registry[Any], name: object, config: Mapping[str, Any]) -> Document:
    """Return an object with its module, as Keras 3 writes it; None if not in the catalogue."""
    entry = registry.find(name) if isinstance(name, str) else None
    return {"module": entry and entry.module, "class_name": name, "config": config}
