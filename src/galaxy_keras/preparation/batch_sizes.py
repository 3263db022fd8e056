"""How many rows are computed at once when weights are not updated (prediction, validation)."""

from __future__ import annotations

from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.memory import estimate_prediction
from galaxy_keras.schema.training.settings import TrainingSettings

BATCH_BYTES = 256 * 2**20
MAX_BATCH_SIZE = 1024


def choose_batch_size(architecture: Architecture) -> int:
    """Return how many rows to compute at once so that their activations stay below 256 MiB.

    At least 1, and at most 1,024 rows.
    """
    row = estimate_prediction(architecture, batch_size=1, data=0).activations
    return max(1, min(MAX_BATCH_SIZE, BATCH_BYTES // row))


def choose_evaluation_batch_size(architecture: Architecture, settings: TrainingSettings) -> int:
    """Return how many held-out rows to compute at once, in and after training.

    The results are the same up to rounding, and many rows are faster.

    Parameters
    ----------
    architecture
        The network.
    settings
        The batch size of training.

    Returns
    -------
    int
        A multiple of the batch size of training, so as many devices can split it; that batch size
        itself where the network takes no other, or `validation_steps` counts batches.
    """
    fixed = any(layer.options["batch_shape"][0] for layer in architecture.input_layers)
    if fixed or settings.validation_steps is not None:
        return settings.batch_size
    return settings.batch_size * max(1, choose_batch_size(architecture) // settings.batch_size)
