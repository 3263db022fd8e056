"""What one of several outputs of a network learns: the part of the settings that is its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from galaxy_keras.catalogue.losses import LOSSES, Task
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.schema.values.choices import NamedMetric, parse_component, parse_metric
from galaxy_keras.schema.values.component import Component, FrozenModel

Checked = TypeVar("Checked")

_TASKS = get_args(Task)


class OutputSettings(FrozenModel):
    """What one of several outputs learns.

    Attributes
    ----------
    name
        The name of the output of the network.
    task
        Classification or regression.
    loss
        Its loss.
    metrics
        Its metrics; Keras names their values ``NAME_accuracy``, and that of the loss ``NAME_loss``.
    weight
        What the loss counts in the sum of all losses, above 0.
    """

    name: str
    task: Task
    loss: Component
    metrics: tuple[NamedMetric, ...] = ()
    weight: float = 1.0

    def name_value(self, name: str) -> str:
        """Return the name of a loss, a metric or a score of this output: ``NAME_accuracy``."""
        return f"{self.name}_{name}"

    def describe_loss(self) -> str:
        """Return the name of the loss, and its weight if that is not 1."""
        return self.loss.name if self.weight == 1 else f"{self.loss.name} times {self.weight:g}"


def parse_output(value: object) -> OutputSettings:
    """Return the settings of an output, checked against the catalogue.

    Parameters
    ----------
    value
        A mapping with the fields of `OutputSettings`, or an `OutputSettings`.

    Raises
    ------
    ConfigurationError
        With all problems; messages begin with the output.
    """
    document = dict(value) if isinstance(value, OutputSettings) else value
    if not isinstance(document, Mapping) or not {"name", "task", "loss"} <= set(document):
        raise ConfigurationError(
            f'outputs: expected an object with "name", "task" and "loss", not {value!r:.60}'
        )
    name = document["name"]
    if not isinstance(name, str):
        raise ConfigurationError(f"outputs: the name {name!r:.60} is not text")
    unknown = sorted(set(document) - set(_CHECKS) - {"name"})
    if unknown:
        raise ConfigurationError(f'output "{name}": there is no field {unknown[0]!r:.60}')
    checked: dict[str, Any] = {"name": name}
    problems = Problems()
    for field, check in _CHECKS.items():
        if field in document:
            with problems.collecting():
                checked[field] = check(document[field])
    try:
        problems.raise_if_any()
    except ConfigurationError as error:
        raise error.with_prefix(f'output "{name}"') from None
    return OutputSettings(**checked)


def check_task(value: object) -> object:
    """Return a task, checked.

    Raises
    ------
    ConfigurationError
        If there is no such task.
    """
    if value not in _TASKS:
        raise ConfigurationError(f"the task must be {' or '.join(_TASKS)}, not {value!r:.60}")
    return value


def check_loss(value: object) -> Component:
    """Return a loss, checked.

    Raises
    ------
    ConfigurationError
        With all its problems.
    """
    return parse_component(LOSSES, value)


def check_metrics(values: object) -> tuple[NamedMetric, ...]:
    """Return the metrics of one output, checked.

    Raises
    ------
    ConfigurationError
        With all their problems, or if two have the same name.
    """
    metrics = check_each(values, "metrics", parse_metric)
    counts = Counter(metric.label for metric in metrics)
    repeated = [label for label, count in counts.items() if count > 1]
    if repeated:
        raise ConfigurationError(
            f"several metrics are called {' and '.join(repeated)}. Give each a name of its own, "
            f"for example: 'AUC curve=PR name=pr_auc'"
        )
    return metrics


def check_weight(value: object) -> float:
    """Return the weight of a loss, checked.

    Raises
    ------
    ConfigurationError
        If it is not a finite number above 0.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value <= 0:  # type: ignore[operator, arg-type]
        raise ConfigurationError(
            f"the weight of a loss must be a number above 0, not {value!r:.60}"
        )
    return float(value)  # type: ignore[arg-type]


def check_each(
    values: object, what: str, check: Callable[[object], Checked]
) -> tuple[Checked, ...]:
    """Return each of a list of values, checked.

    Parameters
    ----------
    values
        A list or a tuple.
    what
        What they are, for messages.
    check
        Returns one of them checked, or raises.

    Raises
    ------
    ConfigurationError
        With the problems of all of them, or if it is no list.
    """
    if not isinstance(values, list | tuple):
        raise ConfigurationError(f"{what}: expected a list, not {values!r:.60}")
    checked: list[Checked] = []
    problems = Problems()
    for value in values:
        with problems.collecting():
            checked.append(check(value))
    problems.raise_if_any()
    return tuple(checked)


_CHECKS: dict[str, Callable[[Any], object]] = {
    "task": check_task,
    "loss": check_loss,
    "metrics": check_metrics,
    "weight": check_weight,
}
