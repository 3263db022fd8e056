"""What tells one run of training from another, without Keras."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

import numpy as np

from galaxy_keras.artefacts.architecture.architecture_file import encode_architecture
from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.preparation.training import Preparation


def compute_fingerprint(preparation: Preparation) -> str:
    """Return a digest of all that decides on the weights that a training ends with."""
    digest = hashlib.sha256()
    settings = {
        "architecture": encode_architecture(preparation.architecture),
        "training": preparation.settings.model_dump(mode="json"),
        "target": preparation.target.coding.model_dump(mode="json"),
        "seed": preparation.seed,
        "precision": preparation.precision,
        "versions": [version(name) for name in ("galaxy-keras", "keras", "tensorflow")],
    }
    digest.update(json.dumps(settings, sort_keys=True).encode())
    initial_model = preparation.initial_model
    arrays = [
        preparation.features,
        preparation.target.codes,
        *(preparation.split.train, preparation.split.validation, preparation.split.test),
        *([] if preparation.weights is None else [preparation.weights]),
        *(
            []
            if initial_model is None
            else [a for layer in initial_model.weights for a in layer.arrays]
        ),
        *([] if initial_model is None else [each.values for each in initial_model.optimizer_state]),
    ]
    for array in map(np.atleast_1d, arrays):
        digest.update(f"{array.dtype} {array.shape}".encode())
        for rows in iterate_slices(array):
            digest.update(np.ascontiguousarray(array[rows]).data)
    return digest.hexdigest()
