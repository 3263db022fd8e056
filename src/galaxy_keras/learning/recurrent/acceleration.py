"""Gives the LSTM and GRU layers of a model a faster inner loop for a run on a CPU."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import tensorflow as tf

from galaxy_keras.errors import list_names
from galaxy_keras.learning.devices.devices import count_threads
from galaxy_keras.learning.recurrent.loop import SegmentedLoop
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.recurrence import (
    count_steps,
    find_unsupported,
    is_masked,
    list_sources,
)

# TensorFlow takes one to three seconds longer to trace an accelerated model. A step of a row costs
# Keras 4 to 7 microseconds with 100 units, of which one is saved without padding, three with much
# of it: this many steps make up for the slower start in any case.
MIN_ROW_STEPS = 2_000_000
# With more loops, each has too few rows to be worth a thread.
MAX_LOOPS = 4
# Prefixes may be shared after these: inputs need no gradient, and the gradient of an Embedding is
# summed over equal indices.
SOURCES = {"Embedding", "InputLayer"}


@dataclass(frozen=True)
class Acceleration:
    """What `accelerate` did.

    Attributes
    ----------
    layers
        The names of the layers that compute faster.
    obstacles
        Why each of the other LSTM and GRU layers is not accelerated, by name.
    """

    layers: tuple[str, ...]
    unsupported: dict[str, str]

    def describe(self) -> str:
        """Return one line for the user, empty if the model has no such layers."""
        sentences = []
        if self.layers:
            names = list_names(self.layers)
            sentences.append(f"Computed faster on the CPU, with the same results: {names}.")
        for name, reason in self.unsupported.items():
            sentences.append(f"Computed as Keras does: {name}, because {reason}.")
        return " ".join(sentences)


def pays_off(architecture: Architecture, rows: int | None) -> bool:
    """Whether acceleration saves more time than it costs at the start of a run.

    Parameters
    ----------
    architecture
        The network.
    rows
        Number of rows processed in the whole run, in training over all epochs; None if unknown.
    """
    steps = count_steps(architecture)
    return steps > 0 and (rows is None or rows * steps >= MIN_ROW_STEPS)


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
        Built from `architecture`; not compiled yet, because `compile` inspects what the layers
        can do, and not used yet, because Keras traces a model on first use.
    architecture
        Gives the layers before each layer.
    threads
        The number of threads for loops that run in parallel; by default that of TensorFlow for
        independent operations.
    """
    if tf.config.list_logical_devices("GPU"):
        return Acceleration((), {})
    loops = min(threads or count_threads(), MAX_LOOPS)
    accelerated: list[str] = []
    unsupported: dict[str, str] = {}
    for name, reason in find_unsupported(architecture).items():
        if reason is None:
            accelerated.append(name)
            share_prefixes = _follows_source(architecture, name)
            for layer in _list_layers(model.get_layer(name)):
                _replace_loop(layer, share_prefixes=share_prefixes, loops=loops)
        else:
            unsupported[name] = reason
    return Acceleration(tuple(accelerated), unsupported)


def disable_cudnn(model: keras.Model, architecture: Architecture) -> tuple[str, ...]:
    """Keep masked layers from cuDNN on a GPU, and return their names.

    cuDNN fails during training unless masked steps are trailing.
    """
    # Listing devices initializes TensorFlow and reserves GPU memory that JAX needs.
    if keras.backend.backend() != "tensorflow" or not tf.config.list_logical_devices("GPU"):
        return ()
    names = [name for name in find_unsupported(architecture) if is_masked(architecture, name)]
    for layer in (each for name in names for each in _list_layers(model.get_layer(name))):
        layer.use_cudnn = False
    return tuple(names)


def _list_layers(layer: keras.Layer) -> list[keras.layers.RNN]:
    """Return a recurrent layer, or both of a Bidirectional."""
    if isinstance(layer, keras.layers.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    return [layer]


def _replace_loop(layer: keras.layers.RNN, *, share_prefixes: bool, loops: int) -> None:
    layer.inner_loop = SegmentedLoop(layer, share_prefixes=share_prefixes, loops=loops)
    # XLA would recompile the loop for each number of rows.
    layer.supports_jit = False


def _follows_source(architecture: Architecture, name: str) -> bool:
    """Whether each call of a layer takes the outputs of one source, and no initial states."""
    return all(
        len(names) == 1 and architecture.layer(names[0]).type in SOURCES
        for names in list_sources(architecture, name)
    )
