"""Decodes an audited model JSON of Keras 3 into an architecture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from galaxy_keras.artefacts.architecture.audit import FUNCTIONS, MODELS
from galaxy_keras.artefacts.architecture.graph_decoding import (
    Call,
    read_calls,
    read_reference,
    sort_topologically,
)
from galaxy_keras.artefacts.json_text import get_field
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.errors import ConfigurationError, GalaxyKerasError, Problems
from galaxy_keras.schema.architecture.graph import INPUT, Architecture, LayerNode, check_count
from galaxy_keras.schema.architecture.layer_nodes import build_input, build_layer
from galaxy_keras.schema.architecture.names import LayerNameGenerator, check_name, name_call

_TOP = "the model"


def decode_model(document: Mapping[str, Any]) -> Architecture:
    """Return the architecture in a model JSON in which `audit_model` found nothing.

    Raises
    ------
    ConfigurationError
        If it is not a sequential or functional model, or anything in it cannot be used.
    """
    kind = document.get("class_name")
    if kind not in MODELS:
        raise ConfigurationError(f"expected a Sequential or a Functional model, but found a {kind}")
    config = get_field(document, "config", dict, _TOP)
    decoded = _decode_sequential(config) if kind == "Sequential" else _decode_functional(config)
    return _freeze(decoded) if config.get("trainable") is False else decoded


def _freeze(architecture: Architecture) -> Architecture:
    """Return the architecture with all its layers not trainable."""
    return replace(architecture, layers=tuple(map(_freeze_layer, architecture.layers)))


def _freeze_layer(layer: LayerNode) -> LayerNode:
    if layer.is_input:
        return layer
    model = None if layer.model is None else _freeze(layer.model)
    return replace(layer, trainable=False, model=model)


# Sequential models


def _decode_sequential(config: Mapping[str, Any]) -> Architecture:
    documents = _get_layers(config)
    if documents[0].get("class_name") != INPUT:
        documents = [_make_input(config, documents), *documents]
    problems = Problems()
    nodes: list[LayerNode] = []
    for number, document in enumerate(documents):
        with problems.collecting():
            inbound = tuple(node.name for node in nodes[-1:])
            nodes.append(_decode_layer(document, f"layer {number}", inbound))
    problems.raise_if_any()
    return Architecture.sequential(_get_name(config, _TOP), tuple(nodes))


def _make_input(
    config: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Return the input that Keras omits where a model got its shape when it was built."""
    shape = config.get("build_input_shape")
    if shape is None:
        raise ConfigurationError(
            "the model has no input shape. Begin it with keras.Input(shape=...), "
            "and write its JSON again"
        )
    configs = [each.get("config") for each in documents]
    names = [config.get("name") for config in configs if isinstance(config, dict)]
    name = LayerNameGenerator(name for name in names if isinstance(name, str)).next_name(INPUT)
    return {"class_name": INPUT, "config": {"name": name, "batch_shape": shape}}


# Functional models


def _decode_functional(config: Mapping[str, Any]) -> Architecture:
    documents = _get_layers(config)
    calls = sort_topologically(read_calls(documents))
    numbers = {document.get("name"): number for number, document in enumerate(documents, 1)}
    problems = Problems()
    nodes: dict[str, LayerNode] = {}
    for call in calls:
        if call.number and call.layer["name"] not in nodes:
            continue  # The layer itself was found to be wrong.
        with problems.collecting():
            number = numbers[call.layer["name"]]
            nodes[call.name] = _decode_call(call, f"layer {number}", nodes)
    problems.raise_if_any()
    functional = {document["name"] for document in documents if _is_functional(document)}
    return Architecture(
        name=_get_name(config, _TOP),
        kind="functional",
        layers=tuple(nodes.values()),
        inputs=_decode_outputs(config, "input_layers", functional),
        outputs=_decode_outputs(config, "output_layers", functional),
    )


def _decode_call(call: Call, where: str, nodes: Mapping[str, LayerNode]) -> LayerNode:
    if call.number == 0:
        return _decode_layer(call.layer, where, call.inbound, call.causal)
    owner = nodes[call.layer["name"]]
    return replace(
        owner,
        name=call.name,
        inbound=call.inbound,
        shared_with=owner.name,
        causal=call.causal,
    )


def _decode_outputs(config: Mapping[str, Any], field: str, functional: set[str]) -> tuple[str, ...]:
    references = config.get(field)
    match references:
        case [str(), int(), int()]:
            listed = [references]
        case dict():
            listed = list(references.values())
        case list():
            listed = references
        case _:
            raise ConfigurationError(f'{_TOP}: "{field}" must be a list')
    where = f'{_TOP}, "{field}"'
    return tuple(_decode_reference(each, where, functional) for each in listed)


def _decode_reference(reference: object, where: str, functional: set[str]) -> str:
    match reference:
        # In `input_layers` and `output_layers` (only there) Keras starts the node index of a
        # nested functional model at 1.
        case [str(name), int(number), output] if name in functional:
            return name_call(*read_reference([name, number - 1, output], where))
    return name_call(*read_reference(reference, where))


# Layers


def _get_layers(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    documents = get_field(config, "layers", list, _TOP)
    if not documents:
        raise ConfigurationError(f"{_TOP} has no layers")
    check_count(len(documents))
    for number, document in enumerate(documents, 1):
        if not isinstance(document, dict) or "class_name" not in document:
            raise ConfigurationError(f'{_TOP}: entry {number} of "layers" is not a layer')
    return documents


def _get_name(config: Mapping[str, Any], where: str) -> str:
    try:
        return check_name(config.get("name"))
    except ConfigurationError as error:
        raise error.with_prefix(where) from error


def _is_functional(document: Mapping[str, Any]) -> bool:
    return bool(document["class_name"] == "Functional")


def _decode_layer(
    document: Mapping[str, Any], where: str, inbound: tuple[str, ...], causal: bool = False
) -> LayerNode:
    type_name = document["class_name"]
    here = f"{where} ({type_name})"
    config = get_field(document, "config", dict, here)
    name = document.get("name") or _get_name(config, here)
    if type_name in MODELS:
        return _decode_nested(document, f'{where} ({type_name} "{name}")', name, inbound)
    common = ("name", "trainable", "dtype")
    dtype = _read_dtype(config.get("dtype"), here)
    options = {
        key: _drop_dtype(_unwrap(value), dtype, here)
        for key, value in config.items()
        if key not in common
    }
    # The catalogue ignores case, so entries are compared, not names.
    if LAYERS.find(type_name) is LAYERS.get(INPUT):
        return build_input(name, {**options, "dtype": dtype}, here)
    return build_layer(
        type_name,
        options,
        where,
        name=name,
        inbound=inbound,
        trainable=_read_trainable(config, here),
        dtype=dtype,
        causal=causal,
    )


def _decode_nested(
    document: Mapping[str, Any], where: str, name: str, inbound: tuple[str, ...]
) -> LayerNode:
    try:
        model = decode_model(document)
    except GalaxyKerasError as error:
        raise error.with_prefix(where) from error
    if len(model.outputs) != 1:
        raise ConfigurationError(
            f"{where} has {len(model.outputs)} outputs, but a nested model may have only one"
        )
    return LayerNode(
        name=name,
        type=document["class_name"],
        inbound=inbound,
        trainable=_read_trainable(document["config"], where),
        model=model,
    )


def _read_trainable(config: Mapping[str, Any], where: str) -> bool:
    trainable = config.get("trainable", True)
    if not isinstance(trainable, bool):
        raise ConfigurationError(f'{where}: "trainable" must be true or false')
    return trainable


def _read_dtype(dtype: object, where: str) -> str | None:
    """Return the name of a dtype, which Keras writes as text or as a policy."""
    if isinstance(dtype, dict):
        config = get_field(dtype, "config", dict, where)
        return get_field(config, "name", str, where)
    if dtype is not None and not isinstance(dtype, str):
        raise ConfigurationError(f'{where}: "dtype" must be text')
    return dtype


def _drop_dtype(value: Any, dtype: str | None, where: str) -> Any:
    """Return an option without the dtype of layers in it, where it is that of the outer layer."""
    if not isinstance(value, dict):
        return value
    return {
        key: _drop_dtype(each, dtype, where)
        for key, each in value.items()
        if key != "dtype" or dtype is None or _read_dtype(each, where) != dtype
    }


def _unwrap(value: Any) -> Any:
    """Return `value` with lists and names in place of the objects that Keras writes for them."""
    if isinstance(value, dict):
        match value.get("class_name"):
            case "__tuple__":
                return [_unwrap(each) for each in get_field(value, "items", list, "a tuple")]
            case "function":
                return FUNCTIONS[value["config"]]
        return {key: _unwrap(each) for key, each in value.items()}
    return [_unwrap(each) for each in value] if isinstance(value, list) else value
