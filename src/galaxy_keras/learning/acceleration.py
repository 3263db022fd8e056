"""Chooses the faster of two ways to compute the layers of a model for a run."""

from __future__ import annotations

import logging

import keras

from galaxy_keras.errors import list_names
from galaxy_keras.learning import recurrent
from galaxy_keras.learning.recurrent import avoid_cudnn, pays_off
from galaxy_keras.learning.recurrent.obstacles import find_obstacles
from galaxy_keras.schema.architecture import Architecture

_RECURRENT = {"LSTM", "GRU", "Bidirectional"}
_SMALL = {"InputLayer", "Embedding", "Dense", "Dropout", "Flatten", "Activation", "Concatenate"}

logger = logging.getLogger(__name__)


def choose_acceleration(wanted: bool | None, architecture: Architecture, rows: int | None) -> bool:
    """Return what was asked for, or else whether it saves time in this run.

    Parameters
    ----------
    wanted
        What the user says; None for nothing.
    architecture
        The network.
    rows
        How many go through it in the whole run; None for more than are known yet.
    """
    if wanted is not None:
        return wanted
    chosen = pays_off(architecture, rows)
    if find_obstacles(architecture) and not chosen:
        logger.debug("LSTM and GRU are computed as Keras does: to accelerate them would not pay.")
    return chosen


def runs_side_by_side(architecture: Architecture) -> bool:
    """Say whether nearly all that a network computes are loops that can run side by side.

    Their operations are so small that a thread each is faster than two threads for one.
    """
    obstacles = find_obstacles(architecture)
    types = {layer.type for layer in architecture.layers}
    return bool(obstacles) and not any(obstacles.values()) and types <= _RECURRENT | _SMALL


def choose_loops(model: keras.Model, architecture: Architecture, *, accelerate: bool) -> None:
    """Choose how LSTM and GRU layers go through their steps, and say so once.

    Parameters
    ----------
    model
        Built from `architecture`, and neither compiled nor used yet.
    architecture
        Tells what stands in front of each layer.
    accelerate
        Whether they compute faster on a CPU where they can.
    """
    if accelerate:
        description = recurrent.accelerate(model, architecture).describe()
        if description:
            logger.info("%s", description)
    kept = avoid_cudnn(model, architecture)
    if kept:
        logger.info(
            "Computed without cuDNN, which takes masks only of sequences padded behind: %s.",
            list_names(kept),
        )
