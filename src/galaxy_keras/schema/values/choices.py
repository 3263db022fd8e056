"""Optimizers, losses, metrics and callbacks as users write them, as a `Component`.

A choice is text (``adam``, ``Huber delta=2``), a mapping with ``name`` and ``options``, or a
`Component`.
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
    """A metric and its name in tables and for callbacks.

    Attributes
    ----------
    label
        The name as the user wrote it.
    component
        The metric.
    """

    label: str
    component: Component


def parse_component(registry: Registry[AnyEntry], value: object) -> Component:
    """Return the component that `value` describes, checked.

    Raises
    ------
    ConfigurationError
        With all problems of its name and its options.
    """
    name, options = parse_choice(registry.kind, value)
    return _check_component(registry, name, options)


def parse_optimizer(value: object) -> Component:
    """Return an optimizer, checked; `decay` of Keras 2 becomes the equivalent schedule.

    Raises
    ------
    ConfigurationError
        With all problems of its name and its options.
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
    """Return a metric, checked; its label is the option `name`, or its name as written.

    Raises
    ------
    ConfigurationError
        With all problems of its name, its options and its label.
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
    """Return the name and the options of a choice, unchecked.

    Parameters
    ----------
    kind
        What is chosen, for messages: ``optimizer``.
    value
        Text, a mapping or a `Component`.

    Raises
    ------
    ConfigurationError
        If `value` has none of the three forms.
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


def _make_decay(entry: Entry, options: Mapping[str, Any], decay: object, where: str) -> Component:
    default = entry.parameter("learning_rate")
    rate = options.get("learning_rate", default.default if default else None)
    if isinstance(rate, Component):
        raise ConfigurationError(
            f"{where}: {DECAY} and a schedule as learning_rate both lower the learning rate. "
            "Give only one of them"
        )
    schedule = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay}
    return Component(name="InverseTimeDecay", options=schedule)


def _check_label(label: object) -> str:
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise ConfigurationError(
            f"metric: the name {label!r:.60} cannot be a column name. Begin it with a letter and "
            "use letters, digits and _.- only, 64 at most"
        )
    if label in _RESERVED_LABELS or label.startswith("val_"):
        raise ConfigurationError(
            f'metric: the name "{label}" is reserved. Choose another one, '
            f"for example: {METRICS.names[0]} name=my_{label}"
        )
    return label
