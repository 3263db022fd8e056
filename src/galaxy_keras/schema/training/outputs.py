"""The outputs of a network, each with the settings that are its own.

A network with one output is the case of one. What `keras-model-builder` was given for several
(``--loss 'NAME: mse'``) becomes `TrainingSettings.outputs`, one for each output of the network.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.errors import ConfigurationError, Problems, list_names, suggest
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.output_layer import OutputLayer, find_output_layer
from galaxy_keras.schema.training.output_settings import check_weight
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.literals import parse_literal, parse_named_call

_NAMED = re.compile(r"""\s*[^\s=,:()\[\]{}'"]+\s*:""")
Named = tuple[str | None, object]
"""An option, and the output that it is for; None for any."""


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a network.

    Attributes
    ----------
    name
        Its name.
    layer
        Its layer.
    settings
        The settings as they are for this output alone.
    weight
        What its loss counts in the sum of all losses.
    is_only
        Whether the network has no other one.
    """

    name: str
    layer: OutputLayer
    settings: TrainingSettings
    weight: float = 1.0
    is_only: bool = True

    def name_value(self, name: str) -> str:
        """Return the name of a loss, metric or score: ``NAME_accuracy`` beside other outputs."""
        return name if self.is_only else f"{self.name}_{name}"

    def prefix(self, text: str) -> str:
        """Return a message that begins with the output, where there are others."""
        return text if self.is_only else f'output "{self.name}": {text}'


def list_outputs(architecture: Architecture, settings: TrainingSettings) -> tuple[Output, ...]:
    """Return the outputs of a network in their order.

    Raises
    ------
    ConfigurationError
        If the settings are those of other outputs, or values of outputs would have the same name.
    """
    names = architecture.outputs
    if not settings.outputs and len(names) == 1:
        return (Output(names[0], find_output_layer(architecture), settings),)
    if names != tuple(each.name for each in settings.outputs):
        known = list_names([each.name for each in settings.outputs]) or "the only one"
        raise ConfigurationError(
            f"the network has the outputs {list_names(names)}, but the settings are those of "
            f"{known}. Make the builder again with keras-model-builder"
        )
    _check_names(settings)
    return tuple(
        Output(
            each.name,
            find_output_layer(architecture, each.name),
            settings.for_output(each),
            each.weight,
            is_only=False,
        )
        for each in settings.outputs
    )


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What options of keras-model-builder say of outputs.

    Attributes
    ----------
    losses, metrics
        Those of --loss and --metric, unchecked.
    weights
        Those of --loss-weight.
    task
        That of --task, for outputs without --target; None where it is not given.
    """

    losses: tuple[Named, ...] = ()
    metrics: tuple[Named, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    task: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> OutputOptions:
        """Return what the options say.

        Parameters
        ----------
        options
            Values by name; `loss`, `metrics` and `loss_weights` are lists of texts.

        Raises
        ------
        ConfigurationError
            With all that cannot be read.
        """
        problems = Problems()
        losses = problems.attempt(lambda: _split_names("loss", options.get("loss") or ()))
        metrics = problems.attempt(lambda: _split_names("metric", options.get("metrics") or ()))
        weights = problems.attempt(
            lambda: tuple(map(_parse_weight, options.get("loss_weights") or ()))
        )
        problems.raise_if_any()
        return cls(losses or (), metrics or (), weights or (), options.get("task"))

    @property
    def loss(self) -> object:
        """The loss of a network with one output: as of other options, the last one counts."""
        return self.losses[-1][1] if self.losses else None

    def list_metrics(self, output: str | None) -> list[object]:
        """Return the metrics of an output, or those of all outputs alone, which have no name."""
        return [metric for name, metric in self.metrics if name in (None, output)]


def read_settings(
    architecture: Architecture | None, options: Mapping[str, Any]
) -> TrainingSettings:
    """Return the settings that the options of keras-model-builder make for a network.

    Parameters
    ----------
    architecture
        The network; None where it could not be read, so that only the options are checked.
    options
        As of `TrainingSettings.from_options`; `loss`, `metrics` and `loss_weights` are lists of
        texts, with the name of an output before them where they are for one: ``risk: mse``.

    Raises
    ------
    ConfigurationError
        With all problems of the options, and if something is for an output that the network does
        not have, or missing.
    """
    given = OutputOptions.from_options(options)
    only = architecture.outputs[0] if architecture and len(architecture.outputs) == 1 else None
    settings = TrainingSettings.from_options(
        {**options, "loss": given.loss, "metrics": given.list_metrics(only)}
    )
    if architecture is None:
        return settings
    _check_known(given, architecture.outputs)
    if only is not None:
        _check_only(given, only)
        return settings
    return _complete_outputs(architecture, settings, given)


def _complete_outputs(
    architecture: Architecture, settings: TrainingSettings, given: OutputOptions
) -> TrainingSettings:
    names = architecture.outputs
    _check_distinct(architecture)
    problems = Problems()
    losses = problems.attempt(lambda: _choose_losses(given, names))
    weights = problems.attempt(lambda: _choose_weights(given))
    tasks = problems.attempt(lambda: _choose_tasks(names, settings, given.task))
    problems.raise_if_any()
    if losses is None or weights is None or tasks is None:
        problems.fail()
    outputs = [
        {
            "name": name,
            "task": tasks[name],
            "loss": losses[name],
            "metrics": given.list_metrics(name),
            "weight": weights.get(name, 1.0),
        }
        for name in names
    ]
    completed = TrainingSettings.model_validate({**dict(settings), "outputs": outputs})
    _check_names(completed)
    return completed


def _split_names(kind: str, values: Sequence[object]) -> tuple[Named, ...]:
    problems = Problems()
    found: list[Named] = []
    for value in [values] if isinstance(values, str) else values:
        with problems.collecting():
            found.append(_split_name(kind, value))
    problems.raise_if_any()
    return tuple(found)


def _split_name(kind: str, value: object) -> Named:
    if not isinstance(value, str) or not _NAMED.match(value):
        return None, value
    try:
        name, entry, options = parse_named_call(value)
    except ConfigurationError as error:
        raise error.with_prefix(kind) from None
    return name, {"name": entry, "options": options}


def _parse_weight(text: str) -> tuple[str, float]:
    name, colon, number = text.rpartition(":")
    if not colon or not name.strip():
        raise ConfigurationError(
            f'--loss-weight "{text:.60}" does not say for which output it is. Write NAME: 0.5'
        )
    try:
        return name.strip(), check_weight(parse_literal(number))
    except ConfigurationError as error:
        raise error.with_prefix(f'--loss-weight "{text:.60}"') from None


def _check_known(given: OutputOptions, names: Sequence[str]) -> None:
    problems = Problems()
    named: dict[str, list[str | None]] = {
        "--loss": [name for name, _ in given.losses],
        "--metric": [name for name, _ in given.metrics],
        "--loss-weight": [name for name, _ in given.weights],
    }
    for option, found in named.items():
        for name in dict.fromkeys(found):
            if name is not None and name not in names:
                problems.add(
                    ConfigurationError(
                        f'{option}: the network has no output "{name}".{suggest(name, names)} '
                        f"It has: {list_names(names)}"
                    )
                )
    problems.raise_if_any()


def _check_only(given: OutputOptions, name: str) -> None:
    if given.weights:
        raise ConfigurationError(
            "--loss-weight weighs the losses of several outputs against each other, but the "
            f'network has only "{name}". Leave the option out'
        )


def _check_distinct(architecture: Architecture) -> None:
    """Refuse outputs that Keras calls by the name of another one: further calls of a layer."""
    shared = [each.name for each in architecture.output_layers if each.shared_with]
    if shared:
        raise ConfigurationError(
            f"the output {list_names(shared)} is a further call of a layer, which has no name of "
            "its own in Keras. Put a layer behind it that has one, such as Identity"
        )


def _choose_losses(given: OutputOptions, names: Sequence[str]) -> dict[str, object]:
    counts = Counter(name for name, _ in given.losses)
    repeated = [name or "all outputs" for name, count in counts.items() if count > 1]
    if repeated:
        raise ConfigurationError(
            f"--loss is given several times for {list_names(repeated)}. Give each output one loss: "
            f"--loss '{names[0]}: mse'"
        )
    by_name = dict(given.losses)
    shared = by_name.pop(None, None)
    missing = [name for name in names if shared is None and name not in by_name]
    if missing:
        raise ConfigurationError(
            f"no loss is given for the output {list_names(missing)}. Give each its own "
            f"(--loss '{missing[0]}: mse'), or one loss without a name for all others"
        )
    return {name: by_name.get(name, shared) for name in names}


def _choose_weights(given: OutputOptions) -> dict[str, float]:
    counts = Counter(name for name, _ in given.weights)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise ConfigurationError(f"--loss-weight is given several times for {list_names(repeated)}")
    return dict(given.weights)


def _choose_tasks(
    names: Sequence[str], settings: TrainingSettings, task: str | None
) -> dict[str, str | None]:
    by_name = {
        each.name: TARGET_ENCODINGS.get(each.encoding.name).task for each in settings.targets
    }
    missing = [name for name in names if name not in by_name and task is None]
    if missing:
        raise ConfigurationError(
            f"nothing says whether the output {list_names(missing)} is a classification or a "
            f"regression. Give it a --target ('{missing[0]}: labels', '{missing[0]}: values'), or "
            "--task for all outputs without one"
        )
    return {name: by_name.get(name, task) for name in names}


def _check_names(settings: TrainingSettings) -> None:
    """Refuse outputs whose values would have the same name in tables and for callbacks."""
    names = [*settings.history_names, *(f"val_{name}" for name in settings.history_names)]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ConfigurationError(
            f"several values would be called {list_names(repeated)}: the name of an output, an "
            "underscore and the name of its loss or metric. Give the output layers other names"
        )
