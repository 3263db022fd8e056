"""Training settings: what a model builder holds besides the architecture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.catalogue.losses import Task
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import ConfigurationError, Problems, list_names
from galaxy_keras.schema.training.output_settings import (
    OutputSettings,
    check_each,
    check_loss,
    check_metrics,
    check_task,
    parse_output,
)
from galaxy_keras.schema.values.choices import (
    NamedMetric,
    parse_choice,
    parse_component,
    parse_optimizer,
)
from galaxy_keras.schema.values.component import Component, FrozenModel
from galaxy_keras.schema.values.encodings import NamedEncoding, parse_encoding
from galaxy_keras.schema.values.literals import parse_assignment
from galaxy_keras.schema.values.values import check_options


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
    outputs
        What each output learns, in the order of the network, where there are several; empty for
        one. `task`, `loss` and `metrics` are then those of the first.

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
    outputs: tuple[OutputSettings, ...] = ()

    @property
    def has_encodings(self) -> bool:
        """Whether an input or a target is encoded, which earlier versions know nothing of."""
        return bool(self.inputs or self.targets)

    @property
    def history_metrics(self) -> tuple[NamedMetric, ...]:
        """The metrics under the names that their values have in the history, of all outputs."""
        if not self.outputs:
            return self.metrics
        return tuple(
            NamedMetric(label=output.name_value(each.label), component=each.component)
            for output in self.outputs
            for each in output.metrics
        )

    @property
    def history_names(self) -> tuple[str, ...]:
        """The names of all values of an epoch, without those of validation (``val_...``)."""
        losses = [each.name_value("loss") for each in self.outputs]
        return ("loss", *losses, *(each.label for each in self.history_metrics))

    def describe_task(self) -> str:
        """Return classifier or regressor, for each output where there are several."""
        if not self.outputs:
            return self.task
        return ", ".join(f"{each.name}: {each.task}" for each in self.outputs)

    def describe_loss(self) -> str:
        """Return the name of the loss, or the losses of several outputs with their weights."""
        if not self.outputs:
            return self.loss.name
        return ", ".join(f"{each.name}: {each.describe_loss()}" for each in self.outputs)

    def for_output(self, output: OutputSettings) -> Self:
        """Return the settings as they are for one of several outputs alone."""
        changes = {name: getattr(output, name) for name in _OF_AN_OUTPUT}
        targets = tuple(each for each in self.targets if each.name == output.name)
        return self.model_copy(update={**changes, "targets": targets, "outputs": ()})

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
        """Leave out encodings and outputs where there are none, as files of earlier versions do."""
        document: dict[str, Any] = encode(self)
        for name in _LEFT_OUT_IF_EMPTY:
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
    if not problems and checked.get("outputs"):
        checked |= {name: getattr(checked["outputs"][0], name) for name in _OF_AN_OUTPUT}
    elif not problems and checked.get("targets"):
        checked["task"] = TARGET_ENCODINGS.get(checked["targets"][0].encoding.name).task
    numbers = {each.name for each in FIT_PARAMETERS.parameters} & set(document)
    with problems.collecting():
        checked |= check_options(
            FIT_PARAMETERS, {name: document[name] for name in numbers}, "training settings"
        )
    problems.raise_if_any()
    return checked


def _check_callbacks(values: object) -> tuple[Component, ...]:
    return check_each(values, "callbacks", _check_callback)


def _check_callback(value: object) -> Component:
    return parse_component(CALLBACKS, value)


def _check_inputs(values: object) -> tuple[NamedEncoding, ...]:
    return check_each(values, "inputs", lambda value: parse_encoding(ENCODINGS, value))


def _check_targets(values: object) -> tuple[NamedEncoding, ...]:
    return check_each(values, "targets", lambda value: parse_encoding(TARGET_ENCODINGS, value))


def _check_outputs(values: object) -> tuple[OutputSettings, ...]:
    outputs = check_each(values, "outputs", parse_output)
    if len(outputs) == 1:
        raise ConfigurationError("outputs: a network with one output has its settings beside them")
    repeated = [name for name, count in Counter(each.name for each in outputs).items() if count > 1]
    if repeated:
        raise ConfigurationError(f"outputs: {list_names(repeated)} is given several times")
    return outputs


_CHECKS: dict[str, Callable[[Any], object]] = {
    "task": check_task,
    "loss": check_loss,
    "optimizer": parse_optimizer,
    "metrics": check_metrics,
    "callbacks": _check_callbacks,
    "inputs": _check_inputs,
    "targets": _check_targets,
    "outputs": _check_outputs,
}
_OF_AN_OUTPUT = ("task", "loss", "metrics")
_LEFT_OUT_IF_EMPTY = ("inputs", "targets", "outputs")
