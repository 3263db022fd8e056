"""From an architecture to a Keras model."""

from __future__ import annotations

import keras

# The layers and activations that Keras 3 no longer has are registered on import.
import galaxy_keras.learning.layers  # noqa: F401
from galaxy_keras.artefacts.architecture.architecture_file import encode_architecture
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture


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
        If the layers do not fit each other, or Keras finds another fault in them.
    """
    document = encode_architecture(architecture)
    try:
        return keras.saving.deserialize_keras_object(document)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f'Keras cannot build the network "{architecture.name}": {_find_reason(error)}'
        ) from error


def _find_reason(error: BaseException) -> str:
    """Return the first line of the original error of Keras."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error).strip().partition("\n")[0][:300]
