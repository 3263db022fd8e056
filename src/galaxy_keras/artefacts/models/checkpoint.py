"""A training that goes on where it was stopped: all that an epoch leaves to the next one.

Layout of format version 1, in HDF5: the group ``/galaxy_keras_checkpoint`` with the attribute
``format_version`` and

=================  ==============================================================================
``state``          JSON text: ``{"fingerprint": ..., "epochs": ..., "stopped": ..., "callbacks":
                   [{"name": ..., "values": {...}}, ...]}``
``history``        arrays, one a column, one value an epoch
``weights``        layers
``random_states``  layers: the states of their random generators
``optimizer``      arrays: the optimizer's variables
``callbacks``      groups ``00000``, ...: the weights that each callback keeps, as arrays
=================  ==============================================================================

"Arrays" and "layers" are those of `artefacts.fitted`. A checkpoint lives as long as one run, so
that another version is refused, not translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.hdf5.arrays import (
    name_columns,
    read_arrays,
    read_columns,
    read_layers,
    write_arrays,
    write_layers,
)
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, reading_hdf5
from galaxy_keras.artefacts.hdf5.writing import writing_hdf5
from galaxy_keras.artefacts.models.h5mlm import write_json
from galaxy_keras.schema.values.component import FrozenModel

FORMAT_VERSION = 1
GROUP = "galaxy_keras_checkpoint"

Value = int | str | None
"""What a callback remembers: a count, nothing, or a number as `float.hex` writes it."""


@dataclass(frozen=True, eq=False)
class CallbackState:
    """What one callback remembers of the epochs so far.

    Attributes
    ----------
    name
        The class of the callback.
    values
        By the names of its attributes.
    weights
        The best weights, if it keeps them.
    """

    name: str
    values: Mapping[str, Value]
    weights: tuple[NamedArray, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Checkpoint:
    """A training after one of its epochs.

    Attributes
    ----------
    fingerprint
        Of the data and settings that the training belongs to.
    epochs
        How many are finished.
    stopped
        Whether a callback ended the training.
    history
        The values of each epoch by name.
    weights, random_states, optimizer_state
        As in `artefacts.fitted.FittedModel`.
    callbacks
        In their order.
    """

    fingerprint: str
    epochs: int
    stopped: bool
    history: Mapping[str, list[float]]
    weights: tuple[LayerWeights, ...]
    random_states: tuple[LayerWeights, ...]
    optimizer_state: tuple[NamedArray, ...]
    callbacks: tuple[CallbackState, ...]


class _StoredCallback(FrozenModel):
    name: str
    values: dict[str, Value]


class _StoredState(FrozenModel):
    fingerprint: str
    epochs: int
    stopped: bool
    callbacks: tuple[_StoredCallback, ...]


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; the former one stays until the new one is complete.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    with writing_hdf5(path) as file:
        group = file.create_group(GROUP)
        group.attrs["format_version"] = FORMAT_VERSION
        write_json(group, "state", _describe(checkpoint))
        write_arrays(group, "history", name_columns(checkpoint.history))
        write_layers(group, "weights", checkpoint.weights)
        write_layers(group, "random_states", checkpoint.random_states)
        write_arrays(group, "optimizer", checkpoint.optimizer_state)
        kept = group.create_group("callbacks")
        for index, callback in enumerate(checkpoint.callbacks):
            write_arrays(kept, f"{index:05}", callback.weights)


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the checkpoint in `path`.

    Raises
    ------
    ModelFileError
        If it is not a checkpoint, of another format, damaged or unsafe.
    """
    with reading_hdf5(path) as root:
        if GROUP not in root:
            root.refuse(GROUP, "is missing: this HDF5 file is not a checkpoint")
        return _read_group(root.read_group(GROUP))


def _describe(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "fingerprint": checkpoint.fingerprint,
        "epochs": checkpoint.epochs,
        "stopped": checkpoint.stopped,
        "callbacks": [
            {"name": each.name, "values": dict(each.values)} for each in checkpoint.callbacks
        ],
    }


def _read_group(group: AuditedGroup) -> Checkpoint:
    if group.read_attribute("format_version") != FORMAT_VERSION:
        group.refuse("", "is of another format version. Delete the file to begin anew")
    state = _read_state(group)
    kept = group.read_group("callbacks")
    return Checkpoint(
        fingerprint=state.fingerprint,
        epochs=state.epochs,
        stopped=state.stopped,
        history={each.name: each.values.tolist() for each in read_columns(group, "history", 1)},
        weights=read_layers(group, "weights"),
        random_states=read_layers(group, "random_states"),
        optimizer_state=read_arrays(group, "optimizer"),
        callbacks=tuple(
            CallbackState(each.name, each.values, read_arrays(kept, f"{index:05}"))
            for index, each in enumerate(state.callbacks)
        ),
    )


def _read_state(group: AuditedGroup) -> _StoredState:
    try:
        return _StoredState.model_validate(group.read_json("state"))
    except ValidationError:
        group.refuse("state", "is not that of a checkpoint. The file is damaged")
