"""Training that can be resumed: the state after an epoch, or in the midst of one.

Layout of format version 1, in HDF5: the group ``/galaxy_keras_checkpoint`` with the attribute
``format_version`` and

=================  ==============================================================================
``state``          JSON text: ``{"fingerprint": ..., "epochs": ..., "stopped": ..., "callbacks":
                   [{"name": ..., "values": {...}}, ...], "batches": ...}``
``history``        arrays, one per column, one value per epoch
``weights``        layers
``random_states``  layers: the states of their random number generators
``optimizer``      arrays: the optimizer's variables
``callbacks``      groups ``00000``, ...: the weights that each callback keeps, as arrays
``metrics``        arrays: the variables of loss and metrics; where ``batches`` is not 0
=================  ==============================================================================

"Arrays" and "layers" are those of `models.fitted`. A checkpoint lives as long as one run, so
another version is refused, not translated. The file ends with a checksum of the whole
(`artefacts.checksum`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.checksum import is_sealed, matches_checksum
from galaxy_keras.artefacts.content import FileType, identify_file_type
from galaxy_keras.artefacts.hdf5.arrays import (
    name_columns,
    read_arrays,
    read_layers,
    read_numbers,
    write_arrays,
    write_layers,
)
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, reading_hdf5
from galaxy_keras.artefacts.hdf5.writing import writing_hdf5
from galaxy_keras.artefacts.models.h5mlm import write_json
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.values.component import FrozenModel

FORMAT_VERSION = 1
GROUP = "galaxy_keras_checkpoint"

Value = int | str | None
"""A value of the state of a callback: a count, None, or a number as `float.hex` writes it."""


@dataclass(frozen=True, eq=False)
class CallbackState:
    """The state of a callback.

    Attributes
    ----------
    name
        The class of the callback.
    values
        Its values by the names of the callback's attributes.
    weights
        The best weights so far, if the callback keeps them.
    """

    name: str
    values: Mapping[str, Value]
    weights: tuple[NamedArray, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Checkpoint:
    """The state of training after an epoch, or after some batches of the next one.

    Attributes
    ----------
    fingerprint
        Identifies the data and settings that the training belongs to.
    epochs
        The number of finished epochs.
    stopped
        Whether a callback ended the training.
    history
        The values of each epoch by the name of the metric.
    weights, random_states, optimizer_state
        As in `models.fitted.FittedModel`.
    callbacks
        The states of the callbacks, in their order.
    batches
        The number of finished batches of the epoch after `epochs`.
    metrics
        What loss and metrics hold of these batches.
    """

    fingerprint: str
    epochs: int
    stopped: bool
    history: Mapping[str, list[float]]
    weights: tuple[LayerWeights, ...]
    random_states: tuple[LayerWeights, ...]
    optimizer_state: tuple[NamedArray, ...]
    callbacks: tuple[CallbackState, ...]
    batches: int = 0
    metrics: tuple[NamedArray, ...] = ()


class _StoredCallback(FrozenModel):
    name: str
    values: dict[str, Value]


class _StoredState(FrozenModel):
    fingerprint: str
    epochs: int
    stopped: bool
    callbacks: tuple[_StoredCallback, ...]
    batches: int = Field(default=0, ge=0)


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; the previous one is kept until the new one is complete.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    with writing_hdf5(path, checksum=True) as file:
        group = file.create_group(GROUP)
        group.attrs["format_version"] = FORMAT_VERSION
        write_json(group, "state", _encode_state(checkpoint))
        write_arrays(group, "history", name_columns(checkpoint.history))
        write_layers(group, "weights", checkpoint.weights)
        write_layers(group, "random_states", checkpoint.random_states)
        write_arrays(group, "optimizer", checkpoint.optimizer_state)
        kept = group.create_group("callbacks")
        for index, callback in enumerate(checkpoint.callbacks):
            write_arrays(kept, f"{index:05}", callback.weights)
        if checkpoint.batches:
            write_arrays(group, "metrics", checkpoint.metrics)


class DamagedCheckpointError(ModelFileError):
    """A checkpoint is not what was written, or not all of it."""


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the checkpoint in `path`.

    Raises
    ------
    DamagedCheckpointError
        If the file is not as it was written, to the last bit.
    ModelFileError
        If it is not a checkpoint, of another format or unsafe.
    """
    _check_integrity(path)
    with reading_hdf5(path) as root:
        if GROUP not in root:
            root.refuse(GROUP, "is missing: this HDF5 file is not a checkpoint")
        return _read_group(root.read_group(GROUP))


def _check_integrity(path: Path) -> None:
    file_type = identify_file_type(path)
    if file_type not in (FileType.HDF5, FileType.EMPTY) and not is_sealed(path):
        raise ModelFileError(
            f"{path} is {file_type.value}, not a checkpoint. Give --checkpoint another folder, or "
            "delete the file"
        )
    if not matches_checksum(path):
        raise DamagedCheckpointError(
            f"{path} is a damaged checkpoint: it does not match its checksum"
        )


def _encode_state(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "fingerprint": checkpoint.fingerprint,
        "epochs": checkpoint.epochs,
        "stopped": checkpoint.stopped,
        "batches": checkpoint.batches,
        "callbacks": [
            {"name": each.name, "values": dict(each.values)} for each in checkpoint.callbacks
        ],
    }


def _read_group(group: AuditedGroup) -> Checkpoint:
    if group.read_attribute("format_version") != FORMAT_VERSION:
        group.refuse("", "is of another format version. Delete the file to start over")
    state = _read_state(group)
    kept = group.read_group("callbacks")
    return Checkpoint(
        fingerprint=state.fingerprint,
        epochs=state.epochs,
        stopped=state.stopped,
        history=read_numbers(group, "history", 1),
        weights=read_layers(group, "weights"),
        random_states=read_layers(group, "random_states"),
        optimizer_state=read_arrays(group, "optimizer"),
        callbacks=tuple(
            CallbackState(each.name, each.values, read_arrays(kept, f"{index:05}"))
            for index, each in enumerate(state.callbacks)
        ),
        batches=state.batches,
        metrics=read_arrays(group, "metrics") if state.batches else (),
    )


def _read_state(group: AuditedGroup) -> _StoredState:
    try:
        return _StoredState.model_validate(group.read_json("state"))
    except ValidationError:
        group.refuse("state", "is not that of a checkpoint. The file is damaged")
