"""From what a user wrote to a component: an optimizer, a loss, a metric or a callback.

A choice is written as text (``adam``, ``Huber delta=2``), as a `Component`, or as a mapping with
``name`` and ``options``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.optimizers import DECAY, OPTIMIZERS
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import AnyEntry, Registry
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import Component, FrozenModel
from galaxy_keras.schema.values.literals import parse_call
from galaxy_keras.schema.values.relations import check_relations
from galaxy_keras.schema.values.values import check_options, check_value

_DECAY = Parameter(name=DECAY, kind=Kind.NUMBER, default=None, minimum=0.0)
_LABEL = re.compile(r"[A-Za-z][\w.-]{0,63}", re.ASCII)
_RESERVED_LABELS = ("loss", "epoch", "learning_rate")


class NamedMetric(FrozenModel):
    """A metric under the name that the user chose.

    Attributes
    ----------
    label
        Its name in tables and for callbacks.
    component
        The metric.
    """

    label: str
    component: Component


def parse_component(registry: Registry[AnyEntry], value: object) -> Component:
    """Return the component that `value` stands for.

    Raises
    ------
    ConfigurationError
        With all that is wrong with its name or its options.
    """
    name, options = parse_choice(registry.kind, value)
    return _check_component(registry, name, options)


def parse_optimizer(value: object) -> Component:
    """Return an optimizer; `decay` of Keras 2 becomes the schedule that does the same.

    Raises
    ------
    ConfigurationError
        With all that is wrong with its name or its options.
    """
    name, options = parse_choice(OPTIMIZERS.kind, value)
    decay = options.pop(DECAY, None)
    optimizer = _check_component(OPTIMIZERS, name, options)
    where = f"optimizer {optimizer.name}"
    rate = check_value(_DECAY, decay, where)
    if not rate:
        return optimizer
    schedule = _make_decay(OPTIMIZERS.get(name), optimizer.options, rate, where)
    return Component(name=optimizer.name, options={**optimizer.options, "learning_rate": schedule})


def parse_metric(value: object) -> NamedMetric:
    """Return a metric; its label is the option `name`, or the metric's name as it is written.

    Raises
    ------
    ConfigurationError
        With all that is wrong with its name, its options or its label.
    """
    if isinstance(value, NamedMetric):
        return value
    if isinstance(value, Mapping) and set(value) == {"label", "component"}:
        component = parse_component(METRICS, value["component"])
        return NamedMetric(label=_check_label(value["label"]), component=component)
    name, options = parse_choice(METRICS.kind, value)
    label = options.pop("name", name)
    return NamedMetric(
        component=_check_component(METRICS, name, options), label=_check_label(label)
    )


def parse_choice(kind: str, value: object) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of a choice as they were written.

    Raises
    ------
    ConfigurationError
        If `value` is not of one of the three forms.
    """
    if isinstance(value, Component):
        return value.name, dict(value.options)
    if isinstance(value, str):
        try:
            return parse_call(value)
        except ConfigurationError as error:
            raise error.with_prefix(kind) from None
    if isinstance(value, Mapping) and set(value) <= {"name", "options"}:
        name, options = value.get("name"), value.get("options", {})
        if isinstance(name, str) and isinstance(options, Mapping):
            return name, dict(options)
    raise ConfigurationError(
        f'{kind}: expected a name, or an object with "name" and "options", not {value!r:.60}'
    )


def _check_component(
    registry: Registry[AnyEntry], name: str, options: Mapping[str, Any]
) -> Component:
    entry = registry.get(name)
    where = f"{registry.kind} {entry.name}"
    checked = check_options(entry, options, where)
    check_relations(entry, checked, where)
    return Component(name=entry.name, options=checked)


def _make_decay(
    entry: Entry, options: Mapping[str, Any], decay: object, where: str
) -> dict[str, object]:
    default = entry.parameter("learning_rate")
    rate = options.get("learning_rate", default.default if default else None)
    if isinstance(rate, Mapping):
        raise ConfigurationError(
            f"{where}: {DECAY} and a schedule as learning_rate are two ways of lowering the rate. "
            "Give one of them"
        )
    config = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay}
    return {"class_name": "InverseTimeDecay", "config": config}


def _check_label(label: object) -> str:
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise ConfigurationError(
            f"metric: the name {label!r:.60} cannot head a column. Begin it with a letter and use "
            "letters, digits and _.- only, 64 at most"
        )
    if label in _RESERVED_LABELS or label.startswith("val_"):
        raise ConfigurationError(
            f'metric: the name "{label}" is used for something else. Choose another one, '
            f"for example: {METRICS.names[0]} name=my_{label}"
        )
    return label
