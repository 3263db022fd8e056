"""The fingerprint of a training run, without Keras."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.architecture.architecture_file import encode_architecture
from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.token_windows import TokenWindows
from galaxy_keras.preparation.training import Preparation


def compute_fingerprint(preparation: Preparation) -> str:
    """Return a digest of all that decides on the weights that a training ends with.

    Settings, seed, versions, data, split, and all that is restored of the initial model go in;
    devices and acceleration, which change rounding only, do not.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    digest = hashlib.sha256()
    settings = {
        "architecture": encode_architecture(preparation.architecture),
        "training": preparation.settings.model_dump(mode="json"),
        "targets": [each.description.model_dump(mode="json") for each in preparation.outputs],
        "seed": preparation.seed,
        "precision": preparation.precision,
        "versions": [version(name) for name in ("galaxy-keras", "keras", "tensorflow")],
    }
    digest.update(json.dumps(settings, sort_keys=True).encode())
    arrays = [
        *_list_features(preparation.features),
        *(each.target.codes for each in preparation.outputs),
        *(preparation.split.train, preparation.split.validation, preparation.split.test),
        *(each.values for each in preparation.vectors),
        *([] if preparation.weights is None else [preparation.weights]),
        *([] if preparation.initial_model is None else _list_state(preparation.initial_model)),
    ]
    for array in map(_extend_scalar, arrays):
        digest.update(f"{array.dtype} {array.shape}".encode())
        for rows in iterate_slices(array):
            digest.update(np.ascontiguousarray(array[rows]).data)
    return digest.hexdigest()


def _list_features(features: NDArray[Any] | TokenWindows) -> list[NDArray[Any]]:
    if isinstance(features, TokenWindows):
        return [features.tokens, features.starts]
    return [features]


def _extend_scalar(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.ndim else np.atleast_1d(array)


def _list_state(model: FittedModel) -> list[NDArray[Any]]:
    """Return all that training restores of an initial model."""
    layers = (*model.weights, *model.random_states)
    arrays = [array for layer in layers for array in layer.arrays]
    return arrays + [each.values for each in model.optimizer_state]
