"""Pooling: one value for each window, or for all of them."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import flag, sizes
from galaxy_keras.catalogue.layers.layer import Layer, make_layer
from galaxy_keras.catalogue.layers.parameters import DATA_FORMAT, PADDING, repeat_by_rank
from galaxy_keras.catalogue.parameters import REQUIRED

_layer = partial(make_layer, "pooling")


def _pooling(kind: str, short: str, what: str, rank: int) -> Layer:
    default = repeat_by_rank(2, rank) if kind == "Max" else REQUIRED
    return _layer(
        f"{kind}Pooling{rank}D",
        f"Takes the {what} of each window.",
        sizes("pool_size", "Size of the window.", default, rank=rank),
        sizes(
            "strides",
            "Strides: steps between windows; None for the window's size.",
            None,
            rank=rank,
        ),
        PADDING,
        DATA_FORMAT,
        aliases=(f"{short}Pool{rank}D",),
        shape_rule="pooling",
    )


def _global_pooling(kind: str, short: str, what: str, rank: int) -> Layer:
    return _layer(
        f"Global{kind}Pooling{rank}D",
        f"Takes the {what} of each channel.",
        DATA_FORMAT,
        flag("keepdims", "Whether to keep the pooled axes, with size 1."),
        aliases=(f"Global{short}Pool{rank}D",),
        shape_rule="global_pooling",
    )


def _adaptive_pooling(kind: str, what: str, rank: int) -> Layer:
    return _layer(
        f"Adaptive{kind}Pooling{rank}D",
        f"Takes the {what} of each window; pools to a given output size.",
        sizes("output_size", "Size of the output.", rank=rank),
        DATA_FORMAT,
        shape_rule="adaptive_pooling",
    )


_MAX = ("Max", "Max", "largest value")
_AVERAGE = ("Average", "Avg", "mean")
_KINDS = (_MAX, _AVERAGE)
_RANKS = (1, 2, 3)

LAYERS = (
    *(_pooling(*kind, rank) for kind in _KINDS for rank in _RANKS),
    *(_global_pooling(*kind, rank) for rank in _RANKS for kind in _KINDS),
    *(_adaptive_pooling(name, what, rank) for name, _, what in _KINDS for rank in _RANKS),
)
