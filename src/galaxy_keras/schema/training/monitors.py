"""The quantities that callbacks monitor: whether they exist, and which direction is better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.metric import Direction
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.errors import list_names, suggest
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.choices import NamedMetric
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

_VALIDATION = "val_"
_CHOOSING = ("EarlyStopping", "ModelCheckpoint")
_NUMBERED = re.compile(r"_\d+$")


def find_monitor_problems(settings: TrainingSettings) -> Iterator[str]:
    """Yield the problems of callbacks that do not suit the other settings."""
    known = _list_values(settings)
    for callback in settings.callbacks:
        monitor = complete_options(CALLBACKS.get(callback.name), callback.options).get("monitor")
        if monitor is not None and monitor not in known:
            yield (
                f'callback {callback.name}: there is no value "{monitor}" to monitor.'
                f"{suggest(str(monitor), known)} Choose from: {list_names(known, most=40)}"
            )
        if callback.name == "ReduceLROnPlateau" and _has_schedule(settings.optimizer):
            yield (
                "callback ReduceLROnPlateau cannot change a learning rate that follows a schedule. "
                "Give learning_rate as a number, or leave the callback out"
            )


def find_validation_problems(settings: TrainingSettings) -> Iterator[str]:
    """Yield the problems of callbacks where no row is held out to validate on."""
    for callback in settings.callbacks:
        monitor = complete_options(CALLBACKS.get(callback.name), callback.options).get("monitor")
        if str(monitor).startswith(_VALIDATION):
            yield (
                f"callback {callback.name} monitors {monitor}, but no row is held out to compute "
                f"it on. Hold rows out (--test-size 0.2), or monitor "
                f"{str(monitor).removeprefix(_VALIDATION)}"
            )


def chooses_weights(settings: TrainingSettings) -> bool:
    """Return whether the weights of an epoch are chosen by a quantity of the validation rows."""
    return any(
        callback.name in _CHOOSING
        and str(
            complete_options(CALLBACKS.get(callback.name), callback.options).get("monitor")
        ).startswith(_VALIDATION)
        for callback in settings.callbacks
    )


def find_direction(settings: TrainingSettings, monitor: str, mode: str) -> Direction:
    """Return whether lower or higher values of `monitor` are better.

    Parameters
    ----------
    settings
        The settings whose metrics are monitored.
    monitor
        ``loss`` or the label of a metric, with or without ``val_``.
    mode
        ``min`` or ``max``, or ``auto`` for the direction of the metric in the catalogue.
    """
    if mode in ("min", "max"):
        return "min" if mode == "min" else "max"
    return infer_direction(monitor, settings.history_metrics) or "min"


def infer_direction(column: str, metrics: Iterable[NamedMetric] = ()) -> Direction | None:
    """Return whether lower or higher values of a column of a training history are better.

    Parameters
    ----------
    column
        A loss or a metric, with or without ``val_``.
    metrics
        The metrics of the training, by whose labels the column may be called. Other columns are
        looked up in the catalogue by Keras's names, to which Keras adds ``_1``, ``_2``, ... where
        a name is in use.

    Returns
    -------
    Direction or None
        None for a name that is unknown: the direction is not guessed.
    """
    label = column.removeprefix(_VALIDATION)
    for metric in metrics:
        if metric.label == label:
            return METRICS.get(metric.component.name).direction
    # Keras calls the losses of several outputs after them: dense_loss, dense_1_loss.
    if label == "loss" or label.endswith("_loss"):
        return "min"
    entry = METRICS.find(label) or METRICS.find(_NUMBERED.sub("", label))
    return None if entry is None else entry.direction


def _list_values(settings: TrainingSettings) -> list[str]:
    values = settings.history_names
    return [*values, *(_VALIDATION + value for value in values)]


def _has_schedule(optimizer: Component) -> bool:
    return isinstance(optimizer.options.get("learning_rate"), Component)
