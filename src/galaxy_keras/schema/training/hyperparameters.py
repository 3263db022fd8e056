"""Hyperparameters of an untrained network: each under a name of its own, to list and to change.

The names are those of the replaced tool: ``epochs``, ``learning_rate``, ``loss``, and for layers
``layers_1_Dense__config__units`` or
``layers_1_Dense__config__kernel_initializer__config__seed``; layers are counted from 0, which is
the input of a sequential network. Options of encodings are ``input__length`` and
``target__scale``; with several encodings ``NAME__length``, where they were given a name, and
``input_2__scale`` for the second. Several outputs have a ``NAME__loss``, ``NAME__metrics`` and
``NAME__loss_weight`` each. Names of the replaced tool that have no effect are accepted with
a warning.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Mapping
from dataclasses import replace
from itertools import chain, count
from typing import Any, Final

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.optimizers import DECAY, OPTIMIZERS
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import ConfigurationError, Problems, suggest
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.layer_nodes import build_input
from galaxy_keras.schema.architecture.layer_removal import remove_layer
from galaxy_keras.schema.training.output_settings import OutputSettings
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.choices import parse_choice
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.encodings import NamedEncoding
from galaxy_keras.schema.values.expansion import (
    Document,
    expand_options,
    iterate_nested,
    set_nested,
)
from galaxy_keras.schema.values.literals import format_call
from galaxy_keras.schema.values.values import check_options, check_value, omit_defaults

logger = logging.getLogger(__name__)

TRAINABLE = Parameter(name="trainable", kind=Kind.BOOLEAN, default=True)
CHANGEABLE, FIXED = "@", "*"
NOTE = ("", "Note:", "@ marks what can be changed before training.")
_FIT_NAMES = tuple(each.name for each in FIT_PARAMETERS.parameters)
_LISTS = ("metrics", "callbacks")
_LOSS_WEIGHT = "loss_weight"
_OF_OUTPUTS = ("loss", "metrics", _LOSS_WEIGHT)
"""What each of several outputs has for itself."""
_FIELDS_OF_OUTPUTS = {_LOSS_WEIGHT: "weight"}
_ENCODINGS: Final[Mapping[str, tuple[str, Registry[Any]]]] = {
    "inputs": ("input", ENCODINGS),
    "targets": ("target", TARGET_ENCODINGS),
}
"""By the field of the settings: what its only encoding is called, and the catalogue."""
_FIXED_SUFFIXES = ("__name", "__class_name", "__config", "_InputLayer")
_RUNTIME_OPTIONS = ("run_eagerly", "steps_per_execution", "verbose")
_SHAPE_OF_INPUT = "batch_input_shape"
_MAX_SHOWN_LENGTH = 100


def list_hyperparameters(
    architecture: Architecture, settings: TrainingSettings
) -> list[tuple[str, str, str]]:
    """Return all hyperparameters as stored in a fitted model.

    Parameters
    ----------
    architecture, settings
        The network and its training settings.

    Returns
    -------
    list of (str, str, str)
        Rows of mark, name and ``name: value``, the value truncated to 100 characters. The mark is
        ``@`` for what `set_hyperparameters` can change, ``*`` for the rest. Names without ``__``
        come first, each group in alphabetical order; the last row is `NOTE`.
    """
    rows = [
        (_mark(name), name, f"{name}: {repr(value)[:_MAX_SHOWN_LENGTH]}")
        for name, value in iterate_nested(_describe(architecture, settings))
    ]
    rows.sort(key=lambda row: ("__" in row[1], row[1]))
    return [*rows, NOTE]


def set_hyperparameters(
    architecture: Architecture, settings: TrainingSettings, assignments: Mapping[str, object]
) -> tuple[Architecture, TrainingSettings]:
    """Return architecture and settings with values replaced.

    Parameters
    ----------
    architecture, settings
        The network and its training settings, which are not modified.
    assignments
        New values by the names of `list_hyperparameters`. The optimizer is changed first, and
        outer values before inner ones. Options that a new optimizer has too are kept. None for a
        whole layer removes it; the other layers keep their numbers.

    Raises
    ------
    ConfigurationError
        With all names that are unknown (with a suggestion) and all values that are invalid.
    """
    problems = Problems()
    removed = [name for name in assignments if is_layer_name(name) and assignments[name] is None]
    changed = [name for name in assignments if name not in removed]
    for name in sorted(changed, key=lambda name: (name != "optimizer", name.count("__"))):
        with problems.collecting():
            if name.startswith("layers_"):
                architecture = _set_in_layer(architecture, settings, name, assignments[name])
            else:
                settings = _set_in_settings(architecture, settings, name, assignments[name])
    with problems.collecting():
        architecture = _remove_layers(architecture, settings, removed)
    problems.raise_if_any()
    return architecture, settings


def _describe(architecture: Architecture, settings: TrainingSettings) -> Document:
    return {
        **{name: getattr(settings, name) for name in _FIT_NAMES},
        **_expand_optimizer(settings.optimizer),
        "optimizer": settings.optimizer.name,
        **_describe_outputs(settings),
        "callbacks": [str(each) for each in settings.callbacks],
        **_describe_encodings(settings),
        **{
            _name_layer(index, layer): _expand_layer(layer)
            for index, layer in enumerate(architecture.layers)
        },
    }


def _describe_outputs(settings: TrainingSettings) -> Document:
    """Return loss and metrics, of each output where there are several."""
    if not settings.outputs:
        return _describe_output(settings)
    document: Document = {}
    for output in settings.outputs:
        described = {**_describe_output(output), _LOSS_WEIGHT: output.weight}
        document |= {f"{output.name}__{name}": value for name, value in described.items()}
    return document


def _describe_output(output: OutputSettings | TrainingSettings) -> Document:
    return {
        "loss": format_call(LOSSES.get(output.loss.name).short_name, output.loss.options),
        "metrics": [format_call(each.label, each.component.options) for each in output.metrics],
    }


def _expand_optimizer(optimizer: Component) -> Document:
    return expand_options(OPTIMIZERS.get(optimizer.name), optimizer.options)


def _find_encodings(settings: TrainingSettings) -> dict[str, tuple[str, int]]:
    """Return field of the settings and position there of each encoding, by its name here."""
    found: dict[str, tuple[str, int]] = {}
    for field, (single, _) in _ENCODINGS.items():
        encodings: tuple[NamedEncoding, ...] = getattr(settings, field)
        for position, each in enumerate(encodings):
            name = each.name if each.name and len(encodings) > 1 else single
            found[_number_name(name, found)] = (field, position)
    return found


def _number_name(name: str, known: Container[str]) -> str:
    """Return a name that is not known yet: `name`, `name_2`, `name_3`, ..."""
    numbered = (f"{name}_{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in known)


def _describe_encodings(settings: TrainingSettings) -> Document:
    """Return each encoding as it is written, and its options."""
    document: Document = {}
    for name, (field, position) in _find_encodings(settings).items():
        encoding = getattr(settings, field)[position].encoding
        options = expand_options(_ENCODINGS[field][1].get(encoding.name), encoding.options)
        document[name] = str(encoding)
        document |= {f"{name}__{option}": value for option, value in options.items()}
    return document


def _expand_layer(layer: LayerNode) -> Document:
    entry = LAYERS.find(layer.type)
    options = dict(layer.options)
    # An input has only a shape and a data type, and a nested model has no options.
    if entry is not None and not layer.is_input:
        options = {TRAINABLE.name: layer.trainable, **expand_options(entry, options)}
    return {"class_name": layer.type, "config": {"name": layer.name, **options}}


def _name_layer(index: int, layer: LayerNode) -> str:
    return f"layers_{index}_{layer.type}"


def is_layer_name(name: str) -> bool:
    """Whether a hyperparameter is a whole layer: ``layers_1_Dense``."""
    return name.startswith("layers_") and "__" not in name


def _mark(name: str) -> str:
    return FIXED if name.endswith(_FIXED_SUFFIXES) else CHANGEABLE


def _remove_layers(
    architecture: Architecture, settings: TrainingSettings, names: list[str]
) -> Architecture:
    found = {name: _find_layer(architecture, name) for name in names}
    for name, layer in found.items():
        if layer is None or _mark(name) == FIXED:
            raise ConfigurationError(_describe_unknown(name, architecture, settings))
        architecture = remove_layer(architecture, layer.name)
    return architecture


def _find_layer(architecture: Architecture, name: str) -> LayerNode | None:
    layers = {_name_layer(index, layer): layer for index, layer in enumerate(architecture.layers)}
    return layers.get(name)


def _set_in_layer(
    architecture: Architecture, settings: TrainingSettings, name: str, value: object
) -> Architecture:
    layer_name, *path = name.split("__")
    layer = _find_layer(architecture, layer_name)
    if layer is None or _mark(name) == FIXED:
        raise ConfigurationError(_describe_unknown(name, architecture, settings))
    if not path:
        raise ConfigurationError(
            f"{name} is a whole layer: it can only be None, which removes the layer. "
            f"Give the name of one of its options, such as {name}__config__trainable"
        )
    document = _expand_layer(layer)
    if set_nested(document, _resolve_alias(layer, path), value):
        return _replace_layer(architecture, layer, _change_layer(layer, document["config"], name))
    if not _is_ignored(layer, path):
        raise ConfigurationError(_describe_unknown(name, architecture, settings))
    _check_ignored(layer, path[-1], value, name)
    return architecture


def _replace_layer(architecture: Architecture, previous: LayerNode, new: LayerNode) -> Architecture:
    return replace(
        architecture,
        layers=tuple(new if each is previous else each for each in architecture.layers),
    )


def _is_ignored(layer: LayerNode, path: list[str]) -> bool:
    entry = LAYERS.find(layer.type)
    if entry is None or path[:-1] != ["config"]:
        return False
    return path[-1] in {_SHAPE_OF_INPUT, *(each.name for each in entry.ignored)}


def _check_ignored(layer: LayerNode, option: str, value: object, name: str) -> None:
    # In Keras 2 the first layer repeated batch_input_shape; the InputLayer decides.
    if option != _SHAPE_OF_INPUT:
        check_options(LAYERS.get(layer.type), {**layer.options, option: value}, name)
    _warn_without_effect(name, "Keras 3 has no such option")


def _resolve_alias(layer: LayerNode, path: list[str]) -> list[str]:
    entry = LAYERS.find(layer.type)
    parameter = entry.parameter(path[-1]) if entry and path[:-1] == ["config"] else None
    return path if parameter is None else ["config", parameter.name]


def _change_layer(layer: LayerNode, config: Document, name: str) -> LayerNode:
    options = {key: value for key, value in config.items() if key not in ("name", TRAINABLE.name)}
    if layer.is_input:
        return build_input(layer.name, options, name)
    entry = LAYERS.get(layer.type)
    trainable = check_value(TRAINABLE, config[TRAINABLE.name], name)
    options = omit_defaults(entry, check_options(entry, options, name))
    return replace(layer, options=options, trainable=bool(trainable))


def _set_in_settings(
    architecture: Architecture, settings: TrainingSettings, name: str, value: object
) -> TrainingSettings:
    if name == "validation_split":
        _warn_without_effect(name, "rows are held out by --test-size and --val-size")
    if settings.outputs and name.rpartition("__")[2] in _OF_OUTPUTS:
        return _set_in_output(architecture, settings, name, value)
    if name in (*_FIT_NAMES, "loss"):
        return _update(settings, name, value)
    if name in _LISTS:
        return _update(settings, name, _read_list(value))
    if name == "optimizer":
        return _update(settings, name, _change_optimizer(settings.optimizer, value))
    if name.split("__")[0] in _find_encodings(settings):
        return _set_in_encoding(architecture, settings, name, value)
    if name in _RUNTIME_OPTIONS:
        _warn_without_effect(name, "this version does not need it")
        return settings
    options = _set_optimizer_option(settings.optimizer, name, value)
    if options is None and any(entry.parameter(name) for entry in OPTIMIZERS):
        _warn_without_effect(name, f"the optimizer {settings.optimizer.name} does not have it")
        return settings
    if options is None:
        raise ConfigurationError(_describe_unknown(name, architecture, settings))
    return _update(settings, "optimizer", {"name": settings.optimizer.name, "options": options})


def _set_in_output(
    architecture: Architecture, settings: TrainingSettings, name: str, value: object
) -> TrainingSettings:
    output_name, _, field = name.rpartition("__")
    outputs = [dict(each) for each in settings.outputs]
    for output in outputs:
        if output["name"] == output_name:
            output[_FIELDS_OF_OUTPUTS.get(field, field)] = (
                _read_list(value) if field in _LISTS else value
            )
            return _update(settings, "outputs", outputs)
    raise ConfigurationError(_describe_unknown(name, architecture, settings))


def _set_in_encoding(
    architecture: Architecture, settings: TrainingSettings, name: str, value: object
) -> TrainingSettings:
    first, _, option = name.partition("__")
    field, position = _find_encodings(settings)[first]
    encodings = list(getattr(settings, field))
    previous = encodings[position]
    encoding: object = value
    if option:
        parameter = _ENCODINGS[field][1].get(previous.encoding.name).parameter(option)
        if parameter is None:
            raise ConfigurationError(_describe_unknown(name, architecture, settings))
        options = {**previous.encoding.options, parameter.name: value}
        encoding = {"name": previous.encoding.name, "options": options}
    encodings[position] = {"name": previous.name, "encoding": encoding}
    return _update(settings, field, tuple(encodings))


def _update(settings: TrainingSettings, name: str, value: object) -> TrainingSettings:
    return TrainingSettings.model_validate({**dict(settings), name: value})


def _read_list(value: object) -> object:
    if value in (None, "", "none", "None"):
        return ()
    return (value,) if isinstance(value, str) else value


def _change_optimizer(previous: Component, value: object) -> Document:
    name, options = parse_choice(OPTIMIZERS.kind, value)
    entry = OPTIMIZERS.get(name)
    kept = {key: value for key, value in previous.options.items() if entry.parameter(key)}
    return {"name": name, "options": {**kept, **options}}


def _set_optimizer_option(optimizer: Component, name: str, value: object) -> Document | None:
    """Return the options with the new one; None if the optimizer has no such option."""
    if name == DECAY:
        return {**optimizer.options, DECAY: value}
    first, *rest = name.split("__")
    parameter = OPTIMIZERS.get(optimizer.name).parameter(first)
    if parameter is None:
        return None
    document = _expand_optimizer(optimizer)
    if not set_nested(document, [parameter.name, *rest], value):
        return None
    return {**optimizer.options, parameter.name: document[parameter.name]}


def _warn_without_effect(name: str, reason: str) -> None:
    logger.warning("the hyperparameter %s has no effect: %s", name, reason)


def _describe_unknown(name: str, architecture: Architecture, settings: TrainingSettings) -> str:
    known = [row[1] for row in list_hyperparameters(architecture, settings) if row[0] == CHANGEABLE]
    suggestion = suggest(name, known) or (
        f" Choose from: {', '.join(each for each in known if '__' not in each)}; "
        f"and those of layers, such as {known[-1]}"
    )
    return f'there is no hyperparameter "{name[:100]}" that can be changed.{suggestion}'
