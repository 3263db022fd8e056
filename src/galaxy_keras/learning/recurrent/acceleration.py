"""Gives the LSTM and GRU layers of a model a faster inner loop for a run on a CPU."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import keras
import tensorflow as tf

from galaxy_keras.errors import list_names
from galaxy_keras.learning.recurrent.loop import StretchedLoop
from galaxy_keras.schema.architecture import Architecture

# TensorFlow takes one to three seconds longer to trace an accelerated model; steps of this many
# rows win them back.
WORTHWHILE = 2_000_000
# With more loops, each has too few rows to be worth a thread.
MOST_PARTS = 4
# Layers whose outputs need no gradient, or one that is summed over equal outputs anyway.
SOURCES = {"Embedding", "InputLayer"}


@dataclass(frozen=True)
class Acceleration:
    """What `accelerate` did.

    Attributes
    ----------
    layers
        The names of the layers that compute faster.
    obstacles
        Why each of the other LSTM and GRU layers stays as it is, by name.
    """

    layers: tuple[str, ...]
    obstacles: dict[str, str]

    def describe(self) -> str:
        """Return one line for the user, empty if the model has no such layers."""
        sentences = []
        if self.layers:
            names = list_names(self.layers)
            sentences.append(f"Computed faster on the CPU, with the same results: {names}.")
        for name, obstacle in self.obstacles.items():
            sentences.append(f"Computed as Keras does: {name}, because {obstacle}.")
        return " ".join(sentences)


def pays_off(model: keras.Model, rows: int) -> bool:
    """Whether acceleration saves more time than it costs at the start of a run.

    Parameters
    ----------
    model
        As for `accelerate`.
    rows
        How many go through the model in the whole run; in training, in all epochs together.
    """
    steps = [model.get_layer(name).input.shape[1] or 0 for name, _ in _list_recurrent(model)]
    return rows * max(steps, default=0) >= WORTHWHILE


def accelerate(
    model: keras.Model, architecture: Architecture, *, threads: int | None = None
) -> Acceleration:
    """Let the LSTM and GRU layers of a model compute faster, to the same results.

    The model stays what it is, with the same layers, weights and configuration. A layer that can
    be accelerated, alone or in a Bidirectional, gets another `inner_loop`: the method in which
    Keras itself chooses between its own loop and cuDNN. Where TensorFlow has a GPU, and in nested
    models, nothing is changed.

    Parameters
    ----------
    model
        Built from `architecture`; not compiled yet, because Keras looks then at what the layers
        can do, and not used yet, because Keras traces a model on first use.
    architecture
        Tells what stands in front of each layer.
    threads
        How many there are for loops that run side by side; by default as many as TensorFlow
        has for operations that do not wait for each other.
    """
    if tf.config.list_logical_devices("GPU"):
        return Acceleration((), {})
    parts = min(threads or _count_threads(), MOST_PARTS)
    accelerated: list[str] = []
    obstacles: dict[str, str] = {}
    for name, layers in _list_recurrent(model):
        obstacle = _find_obstacle(layers[0], architecture, name)
        if obstacle is None:
            accelerated.append(name)
            shares = _follows_source(architecture, name)
            for layer in layers:
                _replace_loop(layer, shares_beginnings=shares, parts=parts)
        else:
            obstacles[name] = obstacle
    return Acceleration(tuple(accelerated), obstacles)


def _list_recurrent(model: keras.Model) -> Iterator[tuple[str, list[keras.layers.RNN]]]:
    """Yield the name of each LSTM and GRU, or Bidirectional of them, and the layers in it."""
    for layer in model.layers:
        both_ways = isinstance(layer, keras.layers.Bidirectional)
        parts = [layer.forward_layer, layer.backward_layer] if both_ways else [layer]
        if all(isinstance(part, keras.layers.LSTM | keras.layers.GRU) for part in parts):
            yield layer.name, parts


def _find_obstacle(layer: keras.layers.RNN, architecture: Architecture, name: str) -> str | None:
    """Say why a layer cannot be accelerated, or return None."""
    obstacles = {
        "its activation is not tanh": layer.activation is not keras.activations.tanh,
        "its recurrent activation is not sigmoid": (
            layer.recurrent_activation is not keras.activations.sigmoid
        ),
        "it has no bias": not layer.use_bias,
        "it has recurrent dropout": layer.recurrent_dropout > 0,
        "it is stateful": layer.stateful,
        "it is unrolled": layer.unroll,
        f"it computes in {layer.dtype_policy.name}": layer.dtype_policy.name != "float32",
        "some of its steps are masked": _is_masked(architecture, name),
    }
    return next((text for text, found in obstacles.items() if found), None)


def _replace_loop(layer: keras.layers.RNN, *, shares_beginnings: bool, parts: int) -> None:
    layer.inner_loop = StretchedLoop(layer, shares_beginnings=shares_beginnings, parts=parts)
    # XLA would compile the loop anew for each number of rows.
    layer.supports_jit = False


def _count_threads() -> int:
    return tf.config.threading.get_inter_op_parallelism_threads() or len(os.sched_getaffinity(0))


def _list_sources(architecture: Architecture, name: str) -> list[list[str]]:
    """Return the names of the layers that feed each use of a layer."""
    uses = [node for node in architecture.layers if name in {node.name, node.shared_with}]
    return [list(node.inbound) for node in uses]


def _follows_source(architecture: Architecture, name: str) -> bool:
    """Whether each use of a layer takes the outputs of one source, and no initial states."""
    return all(
        len(names) == 1 and architecture.layer(names[0]).type in SOURCES
        for names in _list_sources(architecture, name)
    )


def _is_masked(architecture: Architecture, name: str) -> bool:
    """Whether a layer that makes a mask stands anywhere before a layer."""
    for source in {each for names in _list_sources(architecture, name) for each in names}:
        node = architecture.layer(source)
        if node.type == "Masking" or node.options.get("mask_zero"):
            return True
        if _is_masked(architecture, source):
            return True
    return False
