"""From an architecture to a Keras model."""

from __future__ import annotations

import keras

# The layers and activations that Keras 3 has no more are registered on import.
import galaxy_keras.learning.activations
import galaxy_keras.learning.layers  # noqa: F401
from galaxy_keras.artefacts.architecture import encode_architecture
from galaxy_keras.schema.architecture import Architecture


def build_model(architecture: Architecture) -> keras.Model:
    """Return the model, with new weights.

    Layers are made from the options of `architecture`, which are those of the catalogue: no
    file is read here, and nothing that a file names can be run.

    Parameters
    ----------
    architecture
        Any architecture.

    Returns
    -------
    keras.Model
        A `keras.Sequential` or a functional model, built but not compiled. Its layers have
        the names of the architecture.

    Raises
    ------
    ConfigurationError
        If the layers do not fit each other.
    """
    document = encode_architecture(architecture)
    return keras.saving.deserialize_keras_object(document)
