"""The connections between layers in a functional model JSON.

Keras lists each layer once, with all its calls ("inbound nodes"); a call names the calls that feed
it. Here each call becomes a node of its own, in topological order.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from galaxy_keras.artefacts.architecture.audit import is_operation
from galaxy_keras.artefacts.json_text import get_field
from galaxy_keras.errors import ConfigurationError, list_names
from galaxy_keras.schema.architecture.names import name_call

_TENSOR_ARGUMENTS: Final = ("inputs", "sequences", "sequence", "query", "value", "key")
_MASK_ARGUMENTS: Final = ("mask", "query_mask", "value_mask", "key_mask")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer.

    Attributes
    ----------
    name
        The layer's name; with ``@2``, ``@3`` ... for its second and further calls.
    layer
        The JSON object of the layer.
    number
        The index of the call (Keras: node index), from 0.
    inbound
        The names of the calls that feed it.
    causal
        Whether it is called with a causal mask.
    """

    name: str
    layer: Mapping[str, Any]
    number: int
    inbound: tuple[str, ...] = ()
    causal: bool = False


def read_calls(layers: Sequence[Mapping[str, Any]]) -> list[Call]:
    """Return all calls of all layers; operations that only compute masks are left out.

    Keras computes the masks of padded sequences again when the model is built.

    Raises
    ------
    ConfigurationError
        If a layer is called with something that is not the output of a layer.
    """
    operations = {layer.get("name") for layer in layers if is_operation(layer)}
    masks = operations if any(map(_makes_masks, layers)) else set()
    return [
        call
        for layer in layers
        if not is_operation(layer)
        for call in _read_layer_calls(layer, operations, masks)
    ]


def _makes_masks(layer: Mapping[str, Any]) -> bool:
    config = layer.get("config")
    padded = isinstance(config, dict) and config.get("mask_zero") is True
    return padded or layer["class_name"] == "Masking"


def _read_layer_calls(
    layer: Mapping[str, Any], operations: set[Any], masks: set[Any]
) -> Iterator[Call]:
    name = get_field(layer, "name", str, "a layer of the model")
    where = f'layer "{name}"'
    nodes = get_field(layer, "inbound_nodes", list, where)
    if not nodes:
        yield Call(name, layer, 0)
    for number, node in enumerate(nodes):
        if not isinstance(node, dict):
            raise ConfigurationError(f"{where}: its inbound_nodes must be objects")
        arguments = dict(get_field(node, "kwargs", dict, where))
        tensors = _pop_tensors(get_field(node, "args", list, where), arguments, where)
        for source, _ in tensors:
            if source in operations:
                raise ConfigurationError(
                    f'{where} is fed by the operation "{source}". Only layers can be used: '
                    "Add instead of a + b, Rescaling instead of 2 * a, and so on"
                )
        causal = arguments.pop("use_causal_mask", None) is True
        _check_masks(arguments, masks, where)
        _check_rest(arguments, where)
        inbound = tuple(name_call(*tensor) for tensor in tensors)
        yield Call(name_call(name, number), layer, number, inbound, causal)


def _pop_tensors(listed: list[Any], arguments: dict[str, Any], where: str) -> list[tuple[str, int]]:
    """Return the tensors that feed a call, in the order of its parameters, out of `arguments`."""
    named = [arguments.pop(name, None) for name in _TENSOR_ARGUMENTS]
    return list(_find_tensors([*listed, *named], where))


def _find_tensors(value: object, where: str) -> Iterator[tuple[str, int]]:
    """Yield the layer and the node index of each tensor in (nested) lists."""
    if value is None:
        return
    if isinstance(value, list):
        for each in value:
            yield from _find_tensors(each, where)
    elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        config = get_field(value, "config", dict, where)
        yield read_reference(get_field(config, "keras_history", list, where), where)
    else:
        raise ConfigurationError(
            f"{where} is called with {value!r:.60}, but only outputs of layers can feed a layer"
        )


def read_reference(reference: object, where: str) -> tuple[str, int]:
    """Return the layer and the node index in Keras's ``[name, node index, tensor index]``.

    Raises
    ------
    ConfigurationError
        If it does not have this form, or is not the first output.
    """
    match reference:
        case [str(name), int(number), 0] if number >= 0:
            return name, number
        case [str(name), int(), int()]:
            raise ConfigurationError(
                f'{where} takes a further output of "{name}" (a state, for example), '
                "but only the first output of a layer can be used"
            )
    raise ConfigurationError(f"{where}: {reference!r:.60} does not name the output of a layer")


def _check_masks(arguments: dict[str, Any], masks: set[Any], where: str) -> None:
    for argument in _MASK_ARGUMENTS:
        for source, _ in _find_tensors(arguments.pop(argument, None), where):
            if source not in masks:
                raise ConfigurationError(
                    f"{where} is called with a {argument} of its own; "
                    "only masks that come from Embedding or Masking can be used"
                )


def _check_rest(arguments: Mapping[str, Any], where: str) -> None:
    # `training` records the mode in which the model was saved; every call sets it.
    kept = [name for name, value in arguments.items() if name != "training" and value]
    if kept:
        raise ConfigurationError(
            f"{where} is called with {list_names(kept)}, which cannot be used here"
        )


def sort_topologically(calls: Sequence[Call]) -> list[Call]:
    """Return the calls in topological order, otherwise in the given order.

    The first call of a layer comes before its further calls. Names without a call are left to the
    check of the whole graph.

    Raises
    ------
    ConfigurationError
        If layers form a cycle.
    """
    positions = {call.name: position for position, call in enumerate(calls)}
    waiting: list[int] = []
    followers: dict[int, list[int]] = {}
    for position, call in enumerate(calls):
        needed = {positions[name] for name in _list_predecessors(call) if name in positions}
        waiting.append(len(needed))
        for source in needed:
            followers.setdefault(source, []).append(position)
    ready = [position for position, count in enumerate(waiting) if count == 0]
    order = []
    while ready:
        position = heapq.heappop(ready)
        order.append(calls[position])
        for follower in followers.get(position, ()):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(ready, follower)
    if len(order) < len(calls):
        cycle = [call.name for call, count in zip(calls, waiting, strict=True) if count]
        raise ConfigurationError(f"layers form a cycle: {list_names(cycle)}")
    return order


def _list_predecessors(call: Call) -> tuple[str, ...]:
    return (*call.inbound, str(call.layer["name"])) if call.number else call.inbound
