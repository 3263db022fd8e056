"""Targets that have an encoding: what the network learns of them, and what a model holds of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedOutput
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns
from galaxy_keras.data.encodings.values import ValueScaling
from galaxy_keras.data.targets import Target
from galaxy_keras.schema.training.features import EncodedColumns
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

_SCALE, _NONE = "scale", "none"


def fit_scaling(
    settings: TrainingSettings, target: Target, rows: NDArray[np.intp]
) -> ValueScaling | None:
    """Return the scaling of a target, fitted on the rows to train on; None where there is none.

    Raises
    ------
    DataError
        If values cannot be scaled so.
    """
    kind = _NONE if not settings.targets else _find_kind(settings.targets[0].encoding)
    if kind == _NONE:
        return None
    codes = target.codes.astype(np.float64)
    return ValueScaling.fit(kind, codes[rows], _make_columns(target))


def restore_scaling(fitted: FittedOutput) -> ValueScaling | None:
    """Return the scaling that a fitted model holds of an output; None where there is none.

    Raises
    ------
    ModelFileError
        If it is not what fitting could have made.
    """
    stored = fitted.encoding
    if stored is None:
        return None
    kind = _find_kind(stored.encoding)
    if kind == _NONE:
        return None
    state = EncodingState(stored.settings, {each.name: each.values for each in stored.arrays})
    return ValueScaling.restore(kind, state, fitted.target.columns)


def encode_values(scaling: ValueScaling, target: Target) -> NDArray[np.float32]:
    """Return values as the network learns them, shape (rows, columns).

    Raises
    ------
    DataError
        If a value cannot be scaled.
    """
    return scaling.encode(target.codes.astype(np.float64), _make_columns(target))


def decode_values(scaling: ValueScaling, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return outputs of the network in the units of the table, shape (rows, columns)."""
    with np.errstate(over="ignore"):
        return scaling.decode(outputs).astype(np.float32)


def store_targets(
    name: str, settings: TrainingSettings, target: Target, scaling: ValueScaling | None
) -> tuple[StoredEncoding, ...]:
    """Return what a fitted model holds of the encoding of its target; empty without one.

    Parameters
    ----------
    name
        The name of the output of the network.
    settings
        The settings as they are for this output, which have the encoding.
    target
        The target.
    scaling
        How its values are scaled.
    """
    description = target.description
    numeric = (description.kind == "regression",) * description.columns
    state = EncodingState() if scaling is None else scaling.get_state()
    return tuple(
        StoredEncoding(
            name=name,
            encoding=each.encoding,
            columns=EncodedColumns(names=description.names, numeric=numeric),
            settings=state.settings,
            arrays=tuple(NamedArray(each, values) for each, values in state.arrays.items()),
        )
        for each in settings.targets
    )


def _find_kind(encoding: Component) -> str:
    options = complete_options(TARGET_ENCODINGS.get(encoding.name), encoding.options)
    return str(options.get(_SCALE, _NONE))


def _make_columns(target: Target) -> RawColumns:
    """Return the target as columns, whose places messages tell as row and name."""
    codes = target.codes
    names = target.description.names or tuple(str(each + 1) for each in range(codes.shape[1]))
    return RawColumns(
        names,
        tuple(codes.T),
        lambda row, column: f'data row {row + 1} of the target, column "{names[column]}"',
    )
