"""Every setting of an untrained network under a name of its own, to list and to change.

The names are those of the replaced tool: ``epochs``, ``learning_rate``, ``loss``, and for layers
``layers_1_Dense__config__units`` or
``layers_1_Dense__config__kernel_initializer__config__seed``; layers are counted from 0, which is
the input of a sequential network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from galaxy_keras.catalogue.fitting import FITTING
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.optimizers import DECAY, OPTIMIZERS
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.errors import ConfigurationError, Problems, suggest
from galaxy_keras.schema.architecture import Architecture, LayerNode
from galaxy_keras.schema.choices import split_choice
from galaxy_keras.schema.component import Component
from galaxy_keras.schema.expansion import Document, expand_options, set_inside, walk_document
from galaxy_keras.schema.layer_nodes import build_input
from galaxy_keras.schema.training import TrainingSettings
from galaxy_keras.schema.values import check_options, check_value, omit_defaults

TRAINABLE = Parameter(name="trainable", kind=Kind.BOOLEAN, default=True)
CHANGEABLE, FIXED = "@", "*"
NOTE = ("", "Note:", "@ marks what can be changed before training.")
_FITTING_NAMES = tuple(each.name for each in FITTING.parameters)
_LISTS = ("metrics", "callbacks")
_FIXED_ENDINGS = ("__name", "__class_name", "__config")
_LONGEST_SHOWN = 100


def list_hyperparameters(
    architecture: Architecture, settings: TrainingSettings
) -> list[tuple[str, str, str]]:
    """Return rows of mark, name and ``name: value``, the outer ones first, and a note.

    The mark is ``@`` for what `set_hyperparameters` changes, ``*`` for the rest.
    """
    rows = [
        (_mark(name), name, f"{name}: {repr(value)[:_LONGEST_SHOWN]}")
        for name, value in walk_document(_describe(architecture, settings))
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
        Stay as they are.
    assignments
        New values by the names of `list_hyperparameters`. The optimizer is changed first, and
        outer values before inner ones. Options that a new optimizer has too are kept.

    Raises
    ------
    ConfigurationError
        With all names that are unknown (with a suggestion) and values that do not fit.
    """
    problems = Problems()
    for name in sorted(assignments, key=lambda name: (name != "optimizer", name.count("__"))):
        with problems.collecting():
            if name.startswith("layers_"):
                architecture = _set_in_layer(architecture, settings, name, assignments[name])
            else:
                settings = _set_in_settings(architecture, settings, name, assignments[name])
    problems.raise_if_any()
    return architecture, settings


def _describe(architecture: Architecture, settings: TrainingSettings) -> Document:
    return {
        **{name: getattr(settings, name) for name in _FITTING_NAMES},
        **_expand_optimizer(settings.optimizer),
        "optimizer": settings.optimizer.name,
        "loss": _write_call(LOSSES.get(settings.loss.name).short_name, settings.loss.options),
        "metrics": [_write_call(each.label, each.component.options) for each in settings.metrics],
        "callbacks": [_write_call(each.name, each.options) for each in settings.callbacks],
        **{
            _name_layer(index, layer): _expand_layer(layer)
            for index, layer in enumerate(architecture.layers)
        },
    }


def _expand_optimizer(optimizer: Component) -> Document:
    return expand_options(OPTIMIZERS.get(optimizer.name), optimizer.options)


def _expand_layer(layer: LayerNode) -> Document:
    entry = LAYERS.find(layer.type)
    options = dict(layer.options)
    # Of an input only its shape and its type count; a nested model has no options.
    if entry is not None and not layer.is_input:
        options = {TRAINABLE.name: layer.trainable, **expand_options(entry, options)}
    return {"class_name": layer.type, "config": {"name": layer.name, **options}}


def _name_layer(index: int, layer: LayerNode) -> str:
    return f"layers_{index}_{layer.type}"


def _write_call(name: str, options: Mapping[str, Any]) -> str:
    return " ".join([name, *(f"{key}={value!r}" for key, value in options.items())])


def _mark(name: str) -> str:
    is_layer = name.startswith("layers_") and "__" not in name
    return FIXED if is_layer or name.endswith(_FIXED_ENDINGS) else CHANGEABLE


def _set_in_layer(
    architecture: Architecture, settings: TrainingSettings, name: str, value: object
) -> Architecture:
    layer_name, *path = name.split("__")
    layers = {_name_layer(index, layer): layer for index, layer in enumerate(architecture.layers)}
    layer = layers.get(layer_name)
    document = {} if layer is None else _expand_layer(layer)
    if layer is None or _mark(name) == FIXED or not set_inside(document, path, value):
        raise ConfigurationError(_describe_unknown(name, architecture, settings))
    changed = _change_layer(layer, document["config"], name)
    return replace(
        architecture,
        layers=tuple(changed if each is layer else each for each in architecture.layers),
    )


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
    if name in (*_FITTING_NAMES, "loss"):
        return _update(settings, name, value)
    if name in _LISTS:
        return _update(settings, name, _read_list(value))
    if name == "optimizer":
        return _update(settings, name, _change_optimizer(settings.optimizer, value))
    options = _set_optimizer_option(settings.optimizer, name, value)
    if options is None:
        raise ConfigurationError(_describe_unknown(name, architecture, settings))
    return _update(settings, "optimizer", {"name": settings.optimizer.name, "options": options})


def _update(settings: TrainingSettings, name: str, value: object) -> TrainingSettings:
    return TrainingSettings.model_validate({**dict(settings), name: value})


def _read_list(value: object) -> object:
    if value in (None, "", "none", "None"):
        return ()
    return (value,) if isinstance(value, str) else value


def _change_optimizer(former: Component, value: object) -> Document:
    name, options = split_choice(OPTIMIZERS.kind, value)
    entry = OPTIMIZERS.get(name)
    kept = {key: value for key, value in former.options.items() if entry.parameter(key)}
    return {"name": name, "options": {**kept, **options}}


def _set_optimizer_option(optimizer: Component, name: str, value: object) -> Document | None:
    """Return the options with the new one, or None if the optimizer does not have it."""
    if name == DECAY:
        return {**optimizer.options, DECAY: value}
    first, *rest = name.split("__")
    parameter = OPTIMIZERS.get(optimizer.name).parameter(first)
    if parameter is None:
        return None
    document = _expand_optimizer(optimizer)
    if not set_inside(document, [parameter.name, *rest], value):
        return None
    return {**optimizer.options, parameter.name: document[parameter.name]}


def _describe_unknown(name: str, architecture: Architecture, settings: TrainingSettings) -> str:
    known = [row[1] for row in list_hyperparameters(architecture, settings) if row[0] == CHANGEABLE]
    suggestion = suggest(name, known) or (
        f" Known are: {', '.join(each for each in known if '__' not in each)}; "
        f"and those of layers, such as {known[-1]}"
    )
    return f'there is no hyperparameter "{name[:100]}" that can be changed.{suggestion}'
