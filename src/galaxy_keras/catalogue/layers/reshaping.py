"""Layers that change the shape and leave the values alone."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import choice, count, parameter, shape, sizes
from galaxy_keras.catalogue.layers.layer import Layer
from galaxy_keras.catalogue.layers.parameters import DATA_FORMAT, repeat_by_rank
from galaxy_keras.catalogue.parameters import Kind, Parameter

_layer = partial(Layer, group="reshaping")


def _cropping(rank: int) -> Layer:
    default = {1: (1, 1), 2: ((0, 0), (0, 0)), 3: ((1, 1), (1, 1), (1, 1))}[rank]
    cropping = _border("cropping", rank, default, "How much to cut off")
    return _layer(
        name=f"Cropping{rank}D",
        help="Cuts off the borders.",
        input_rank=rank + 1,
        shape_rule="cropping",
        parameters=(cropping,) if rank == 1 else (cropping, DATA_FORMAT),
    )


def _zero_padding(rank: int) -> Layer:
    default = {1: 1, 2: (1, 1), 3: ((1, 1), (1, 1), (1, 1))}[rank]
    return _layer(
        name=f"ZeroPadding{rank}D",
        help="Adds zeros around.",
        input_rank=rank + 1,
        shape_rule="padding",
        parameters=(_border("padding", rank, default, "How much to add"), DATA_FORMAT),
    )


def _border(name: str, rank: int, default: object, what: str) -> Parameter:
    return parameter(
        Kind.PAIRS,
        name,
        f"{what}: everywhere, for each dimension, or before and after in each.",
        default,
        rank=rank,
        minimum=0,
    )


def _upsampling(rank: int) -> Layer:
    size = sizes("size", "How often to repeat.", repeat_by_rank(2, rank), rank=rank)
    more: tuple[Parameter, ...] = () if rank == 1 else (DATA_FORMAT,)
    if rank == 2:
        more = (
            *more,
            choice(
                "interpolation",
                "How values in between are found.",
                ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
                "nearest",
            ),
        )
    return _layer(
        name=f"UpSampling{rank}D",
        help="Repeats values so that the size grows.",
        input_rank=rank + 1,
        shape_rule="upsampling",
        parameters=(size, *more),
    )


LAYERS = (
    _layer(
        name="Flatten",
        help="Makes one long vector of each sample.",
        shape_rule="flatten",
        parameters=(DATA_FORMAT,),
    ),
    _layer(
        name="Reshape",
        help="Gives each sample another shape.",
        shape_rule="reshape",
        parameters=(
            shape(
                "target_shape",
                "New shape without the batch; -1 once, for what is left.",
                minimum=-1,
            ),
        ),
    ),
    _layer(
        name="Permute",
        help="Puts the axes in another order.",
        shape_rule="permute",
        parameters=(
            shape("dims", "Axes in the new order, counted from 1 without the batch.", minimum=1),
        ),
    ),
    _layer(
        name="RepeatVector",
        help="Makes a sequence of copies of a vector.",
        input_rank=1,
        shape_rule="repeat_vector",
        parameters=(count("n", "Number of copies."),),
    ),
    *(_cropping(rank) for rank in (1, 2, 3)),
    *(_upsampling(rank) for rank in (1, 2, 3)),
    *(_zero_padding(rank) for rank in (1, 2, 3)),
)
