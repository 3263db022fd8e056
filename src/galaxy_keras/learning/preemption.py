"""Lets training end at the next batch when a scheduler asks for it, and go on in mid-epoch."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.models.checkpoint import Checkpoint
from galaxy_keras.errors import ModelFileError

SIGNALS = (signal.SIGTERM, signal.SIGUSR1)
"""What schedulers send some time before they kill a job; SLURM sends either with ``--signal``."""


@dataclass
class StopRequest:
    """Whether training is to end, and the signal that asked for it."""

    number: int | None = None

    def __bool__(self) -> bool:
        return self.number is not None

    @property
    def signal_name(self) -> str:
        """The name of the signal; empty without one."""
        return "" if self.number is None else signal.Signals(self.number).name


@contextlib.contextmanager
def noting_stop_requests() -> Iterator[StopRequest]:
    """Note the signals of schedulers, instead of ending by them.

    Those that are ignored stay ignored. Where Python allows no handlers, outside the main thread,
    nothing is noted.
    """
    request = StopRequest()

    def note(number: int, _frame: object) -> None:
        request.number = number

    previous = {}
    if threading.current_thread() is threading.main_thread():
        previous = {
            number: signal.signal(number, note)
            for number in SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN
        }
    try:
        yield request
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def collect_metric_state(model: keras.Model) -> tuple[NamedArray, ...]:
    """Return what the loss and the metrics hold of the batches of an epoch so far."""
    return tuple(
        NamedArray(str(number), keras.ops.convert_to_numpy(variable.value))
        for number, variable in enumerate(model.metrics_variables)
    )


def skip_batches(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Let the first epoch of a fit go on after the batches that a checkpoint holds.

    They are drawn again, so that all others are those of an undisturbed epoch, but not computed.

    Parameters
    ----------
    model
        In the state of the checkpoint, in `fit` and before its first batch.
    checkpoint
        One of mid-epoch.
    """
    compute = model.train_function
    left = checkpoint.batches

    def skip(iterator: Any) -> dict[str, Any]:
        nonlocal left
        batch = next(iterator)
        left -= 1
        if not left:
            _restore_metric_state(model, batch, checkpoint.metrics)
            model.train_function = compute
        return {}

    model.train_function = skip


def _restore_metric_state(model: keras.Model, batch: Any, state: tuple[NamedArray, ...]) -> None:
    if len(model.metrics_variables) != len(state):
        # Metrics get their variables with the first batch.
        model._symbolic_build(data_batch=batch)
    variables = model.metrics_variables
    if [tuple(each.shape) for each in variables] != [each.values.shape for each in state]:
        raise ModelFileError(
            "the checkpoint holds other metrics than the run. Delete the file to start over"
        )
    for variable, each in zip(variables, state, strict=True):
        variable.assign(each.values)
