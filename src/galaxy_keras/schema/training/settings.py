"""Training settings: what a model builder holds besides the architecture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, TypeVar, get_args

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.catalogue.losses import LOSSES, Task
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.schema.values.choices import (
    NamedMetric,
    parse_choice,
    parse_component,
    parse_metric,
    parse_optimizer,
)
from galaxy_keras.schema.values.component import Component, FrozenModel
from galaxy_keras.schema.values.encodings import NamedEncoding, parse_encoding
from galaxy_keras.schema.values.literals import parse_assignment
from galaxy_keras.schema.values.values import check_options

Checked = TypeVar("Checked")

_TASKS = get_args(Task)


class TrainingSettings(FrozenModel):
    """Training settings; data of any origin are checked against the catalogue on construction.

    Attributes
    ----------
    task
        Classification or regression.
    loss, optimizer
        The loss to minimize, and the optimizer.
    metrics
        Metrics to report besides the loss.
    epochs
        Number of passes over the training rows.
    batch_size
        Rows per update of the weights.
    validation_split
        Stored for the replaced tool, without effect: training validates on its own hold-out.
    steps_per_epoch, validation_steps
        Batches per epoch and per validation; None for all.
    callbacks
        Callbacks, such as early stopping.
    seed
        Seed for reproducible runs; None for another one in each run.
    inputs, targets
        How inputs are made from raw samples, and targets from raw tables; empty for tables of
        numbers, and labels or values. Where a target has an encoding, `task` is the task of that.

    Raises
    ------
    ConfigurationError
        With all problems found by the catalogue.
    """

    task: Task
    loss: Component
    optimizer: Component
    metrics: tuple[NamedMetric, ...] = ()
    epochs: int = 1
    batch_size: int = 32
    validation_split: float = 0.0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    callbacks: tuple[Component, ...] = ()
    seed: int | None = None
    inputs: tuple[NamedEncoding, ...] = ()
    targets: tuple[NamedEncoding, ...] = ()

    @property
    def has_encodings(self) -> bool:
        """Whether an input or a target is encoded, which earlier versions know nothing of."""
        return bool(self.inputs or self.targets)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the settings given by the options of keras-model-builder.

        Parameters
        ----------
        options
            Values by field name; `optimizer_options` are texts such as ``learning_rate=0.001``.
            A value that is None or missing is the default.

        Raises
        ------
        ConfigurationError
            With all problems of the options.
        """
        document = {
            name: options[name] for name in cls.model_fields if options.get(name) is not None
        }
        problems = Problems()
        with problems.collecting():
            document["optimizer"] = _add_optimizer_options(
                document["optimizer"], options.get("optimizer_options", ()), problems
            )
        with problems.collecting():
            settings = cls.model_validate(document)
        problems.raise_if_any()
        return settings

    @model_validator(mode="before")
    @classmethod
    def _validate(cls, document: Any) -> Any:
        return _check_document(document) if isinstance(document, Mapping) else document

    @model_serializer(mode="wrap")
    def _encode(self, encode: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out encodings where there are none, as in the files of earlier versions."""
        document: dict[str, Any] = encode(self)
        for name in _ENCODINGS:
            if not document[name]:
                del document[name]
        return document


def _add_optimizer_options(
    optimizer: object, texts: Iterable[str], problems: Problems
) -> dict[str, Any]:
    name, options = parse_choice(OPTIMIZERS.kind, optimizer)
    for text in texts:
        with problems.collecting():
            option, value = _parse_optimizer_option(text)
            if option in options:
                raise ConfigurationError(f"--optimizer-option gives {option} twice. Give it once")
            options[option] = value
    return {"name": name, "options": options}


def _parse_optimizer_option(text: str) -> tuple[str, object]:
    try:
        return parse_assignment(text)
    except ConfigurationError as error:
        raise error.with_prefix("--optimizer-option") from None


def _check_document(document: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(document)
    problems = Problems()
    for name, check in _CHECKS.items():
        if name in document:
            with problems.collecting():
                checked[name] = check(document[name])
    if not problems and checked.get("targets"):
        checked["task"] = TARGET_ENCODINGS.get(checked["targets"][0].encoding.name).task
    numbers = {each.name for each in FIT_PARAMETERS.parameters} & set(document)
    with problems.collecting():
        checked |= check_options(
            FIT_PARAMETERS, {name: document[name] for name in numbers}, "training settings"
        )
    problems.raise_if_any()
    return checked


def _check_task(value: object) -> object:
    if value not in _TASKS:
        raise ConfigurationError(f"the task must be {' or '.join(_TASKS)}, not {value!r:.60}")
    return value


def _check_loss(value: object) -> Component:
    return parse_component(LOSSES, value)


def _check_metrics(values: object) -> tuple[NamedMetric, ...]:
    metrics = _check_each(values, "metrics", parse_metric)
    counts = Counter(metric.label for metric in metrics)
    repeated = [label for label, count in counts.items() if count > 1]
    if repeated:
        raise ConfigurationError(
            f"several metrics are called {' and '.join(repeated)}. Give each a name of its own, "
            f"for example: 'AUC curve=PR name=pr_auc'"
        )
    return metrics


def _check_callbacks(values: object) -> tuple[Component, ...]:
    return _check_each(values, "callbacks", _check_callback)


def _check_callback(value: object) -> Component:
    return parse_component(CALLBACKS, value)


def _check_inputs(values: object) -> tuple[NamedEncoding, ...]:
    return _check_each(values, "inputs", lambda value: parse_encoding(ENCODINGS, value))


def _check_targets(values: object) -> tuple[NamedEncoding, ...]:
    return _check_each(values, "targets", lambda value: parse_encoding(TARGET_ENCODINGS, value))


def _check_each(
    values: object, what: str, check: Callable[[object], Checked]
) -> tuple[Checked, ...]:
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
    "task": _check_task,
    "loss": _check_loss,
    "optimizer": parse_optimizer,
    "metrics": _check_metrics,
    "callbacks": _check_callbacks,
    "inputs": _check_inputs,
    "targets": _check_targets,
}
_ENCODINGS = ("inputs", "targets")
