"""Chooses the faster of two ways to compute the layers of a model for a run."""

from __future__ import annotations

import logging

import keras

from galaxy_keras.learning.recurrent import accelerate
from galaxy_keras.schema.architecture import Architecture

_RECURRENT = {"LSTM", "GRU", "Bidirectional"}
_SMALL = {"InputLayer", "Embedding", "Dense", "Dropout", "Flatten", "Activation", "Concatenate"}

logger = logging.getLogger(__name__)


def runs_side_by_side(architecture: Architecture) -> bool:
    """Say whether nearly all that a network computes are loops that can run side by side.

    Their operations are so small that a thread each is faster than two threads for one.
    """
    types = {layer.type for layer in architecture.layers}
    return bool(types & _RECURRENT) and types <= _RECURRENT | _SMALL


def accelerate_layers(model: keras.Model, architecture: Architecture) -> None:
    """Let LSTM and GRU layers compute faster on a CPU where they can, and say so once.

    Parameters
    ----------
    model
        Built from `architecture`, and neither compiled nor used yet.
    architecture
        Tells what stands in front of each layer.
    """
    description = accelerate(model, architecture).describe()
    if description:
        logger.info("%s", description)
