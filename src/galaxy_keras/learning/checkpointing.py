"""Saves what training needs to resume exactly, after each epoch and when it is to end."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import keras
import numpy as np

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.files import check_writable, describe_write_failure
from galaxy_keras.artefacts.models.checkpoint import (
    CallbackState,
    Checkpoint,
    DamagedCheckpointError,
    Value,
    read_checkpoint,
    write_checkpoint,
)
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError, PreemptedError
from galaxy_keras.learning.preemption import StopRequest, collect_metric_state, skip_batches
from galaxy_keras.learning.weights import (
    collect_optimizer_state,
    collect_random_states,
    collect_weights,
    restore_optimizer_state,
    restore_random_states,
    restore_weights,
)
from galaxy_keras.preparation.fingerprint import compute_fingerprint
from galaxy_keras.preparation.training import Preparation

FILE = "checkpoint.h5"
FORMER_FILE = "checkpoint-former.h5"
"""The checkpoint of the epoch before, for the case that the newer one is damaged."""
_CALLBACK_STATE = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch"),
    "ReduceLROnPlateau": ("wait", "cooldown_counter", "best"),
    "BestWeights": ("epoch", "best"),
    "TerminateOnNonFinite": ("epoch",),
}
_KEPT_WEIGHTS = "best_weights"

logger = logging.getLogger(__name__)


class Checkpointing(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes a checkpoint at the end of each epoch, and at the end of a batch to end training.

    It must come after the callbacks that it saves.

    Parameters
    ----------
    path
        The file.
    fingerprint
        The digest of data and settings (`compute_fingerprint`).
    callbacks
        The callbacks whose state is saved.
    checkpoint
        The checkpoint to resume from; None for a new run.
    stop
        Asks for an end.
    """

    def __init__(
        self,
        path: Path,
        fingerprint: str,
        callbacks: Sequence[keras.callbacks.Callback],
        checkpoint: Checkpoint | None,
        stop: StopRequest,
    ) -> None:
        super().__init__()
        self._path = path
        self._fingerprint = fingerprint
        self._callbacks = [each for each in callbacks if type(each).__name__ in _CALLBACK_STATE]
        self._checkpoint = checkpoint
        self._stop = stop
        self._epoch = 0
        past = {} if checkpoint is None else checkpoint.history
        self._history = {name: list(values) for name, values in past.items()}

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Restore the state of the callbacks, whose own `on_train_begin` has just reset it.

        Raises
        ------
        ModelFileError
            If the checkpoint is that of another run.
        """
        if self._checkpoint is None:
            return
        _restore_callbacks(self._callbacks, self._checkpoint.callbacks)
        if self._checkpoint.batches:
            if self._checkpoint.batches >= self.params["steps"]:
                raise ModelFileError(
                    "the checkpoint holds more batches than an epoch of the run has. Delete the "
                    "file to start over"
                )
            skip_batches(self.model, self._checkpoint)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Note the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write a checkpoint if training is to end; the last batch leaves it to the epoch.

        Raises
        ------
        PreemptedError
            If training is to end.
        """
        done, batches = batch + 1, self.params["steps"]
        if self._stop and done < batches:
            self._write(self._epoch, done, collect_metric_state(self.model))
            self._end(f"batch {done} of {batches} in epoch {self._epoch + 1}")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write the checkpoint; that of the epoch before is kept beside it.

        Raises
        ------
        PreemptedError
            If training is to end.
        """
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(float(value))
        self._write(epoch + 1)
        if self._stop:
            self._end(f"epoch {epoch + 1}")

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """End training that was asked to end after its last epoch: its evaluation is to come.

        Raises
        ------
        PreemptedError
            If it was.
        """
        if self._stop:
            self._end(f"epoch {self._epoch + 1}")

    def _end(self, where: str) -> NoReturn:
        raise PreemptedError(
            f"training was stopped by {self._stop.signal_name} after {where} of "
            f"{self.params['epochs']}. All of it is in {self._path}: the same command goes on from "
            "there"
        )

    def _write(self, epochs: int, batches: int = 0, metrics: tuple[NamedArray, ...] = ()) -> None:
        _keep_former(self._path)
        write_checkpoint(
            self._path,
            Checkpoint(
                fingerprint=self._fingerprint,
                epochs=epochs,
                stopped=bool(self.model.stop_training),
                history=self._history,
                weights=collect_weights(self.model),
                random_states=collect_random_states(self.model),
                optimizer_state=collect_optimizer_state(self.model, scale=True),
                callbacks=tuple(map(_collect_callback, self._callbacks)),
                batches=batches,
                metrics=metrics,
            ),
        )


@dataclass(frozen=True)
class CheckpointFolder:
    """The folder in which a run keeps its checkpoint.

    Attributes
    ----------
    path
        The file; beside it stands that of the epoch before.
    fingerprint
        The digest of the run's data and settings.
    checkpoint
        The checkpoint that was there already, or None.
    """

    path: Path
    fingerprint: str
    checkpoint: Checkpoint | None

    @classmethod
    def open(cls, folder: Path, preparation: Preparation) -> CheckpointFolder:
        """Open `folder`, creating it if necessary; half-written files of a killed run are removed.

        Where the checkpoint is damaged, that of the epoch before is taken, and a warning says so.

        Raises
        ------
        ConfigurationError
            If the checkpoint in it belongs to other data or settings.
        ModelFileError
            If it cannot be read.
        DataError
            If the folder cannot be created or written to.
        """
        _make_folder(folder)
        path = folder / FILE
        for remains in folder.glob(f".{path.stem}-*{path.suffix}"):
            remains.unlink(missing_ok=True)
        check_writable([path])
        fingerprint = compute_fingerprint(preparation)
        return cls(path, fingerprint, _find_checkpoint(path, fingerprint))

    def make_callback(
        self, callbacks: Sequence[keras.callbacks.Callback], stop: StopRequest
    ) -> Checkpointing:
        """Return the callback that keeps the training and the state of `callbacks`."""
        return Checkpointing(self.path, self.fingerprint, callbacks, self.checkpoint, stop)

    def remove(self) -> None:
        """Remove the checkpoints, and their folder if nothing else is in it."""
        for path in (self.path, _locate_former(self.path)):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.parent.rmdir()


def restore_checkpoint(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Set a compiled model to the state that it had at the checkpoint.

    Raises
    ------
    ModelFileError
        If the checkpoint is that of another model.
    """
    restore_weights(model, checkpoint.weights)
    restore_random_states(model, checkpoint.random_states)
    restore_optimizer_state(model, checkpoint.optimizer_state, scale=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(describe_write_failure(folder, error)) from error


def _locate_former(path: Path) -> Path:
    return path.with_name(FORMER_FILE)


def _keep_former(path: Path) -> None:
    try:
        if path.exists():
            path.replace(_locate_former(path))
    except OSError as error:
        raise DataError(describe_write_failure(path, error)) from error


def _find_checkpoint(path: Path, fingerprint: str) -> Checkpoint | None:
    """Return the newest checkpoint that is not damaged; None if there is none."""
    damage: list[str] = []
    for each in filter(Path.exists, (path, _locate_former(path))):
        try:
            checkpoint = read_checkpoint(each)
        except DamagedCheckpointError as error:
            damage += error.problems
            continue
        if checkpoint.fingerprint != fingerprint:
            raise ConfigurationError(
                f"{each} is the checkpoint of another run: data, settings, seed or versions "
                "differ. Give --checkpoint another folder, or delete the file to start over"
            )
        where = _describe_position(checkpoint)
        _warn_of_damage(damage, f"goes on after {where}, from {each}")
        logger.info("Resuming after %s, from %s.", where, each)
        # Where it is the former one, it must not give way to what is damaged.
        each.replace(path)
        return checkpoint
    _warn_of_damage(damage, "starts over")
    return None


def _describe_position(checkpoint: Checkpoint) -> str:
    if checkpoint.batches:
        return f"batch {checkpoint.batches} of epoch {checkpoint.epochs + 1}"
    return f"epoch {checkpoint.epochs}"


def _warn_of_damage(damage: Sequence[str], consequence: str) -> None:
    if damage:
        logger.warning("%s. Training %s.", ". ".join(damage), consequence)


def _collect_callback(callback: keras.callbacks.Callback) -> CallbackState:
    name = type(callback).__name__
    return CallbackState(
        name=name,
        values={each: _encode(getattr(callback, each)) for each in _CALLBACK_STATE[name]},
        weights=tuple(
            NamedArray(str(number), np.asarray(array))
            for number, array in enumerate(getattr(callback, _KEPT_WEIGHTS, None) or [])
        ),
    )


def _restore_callbacks(
    callbacks: Sequence[keras.callbacks.Callback], states: Sequence[CallbackState]
) -> None:
    if [type(each).__name__ for each in callbacks] != [state.name for state in states]:
        raise ModelFileError(
            "the checkpoint holds other callbacks than the run. Delete the file to start over"
        )
    for callback, state in zip(callbacks, states, strict=True):
        for name in _CALLBACK_STATE[state.name]:
            setattr(callback, name, _decode(state.values.get(name)))
        if state.weights:
            setattr(callback, _KEPT_WEIGHTS, [each.values for each in state.weights])


def _encode(value: Any) -> Value:
    return value if value is None or isinstance(value, int) else float(value).hex()


def _decode(value: Value) -> float | None:
    return float.fromhex(value) if isinstance(value, str) else value
