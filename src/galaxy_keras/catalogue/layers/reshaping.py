"""Layers that change the shape but not the values."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import choice, count, parameter, shape, sizes
from galaxy_keras.catalogue.layers.layer import Layer, make_layer
from galaxy_keras.catalogue.layers.parameters import DATA_FORMAT, repeat_by_rank
from galaxy_keras.catalogue.parameters import Kind, Parameter

_layer = partial(make_layer, "reshaping")


def _cropping(rank: int) -> Layer:
    default = {1: (1, 1), 2: ((0, 0), (0, 0)), 3: ((1, 1), (1, 1), (1, 1))}[rank]
    cropping = _border("cropping", rank, default, "How much to crop")
    return _layer(
        f"Cropping{rank}D",
        "Crops the borders.",
        *((cropping,) if rank == 1 else (cropping, DATA_FORMAT)),
        shape_rule="cropping",
    )


def _zero_padding(rank: int) -> Layer:
    default = {1: 1, 2: (1, 1), 3: ((1, 1), (1, 1), (1, 1))}[rank]
    return _layer(
        f"ZeroPadding{rank}D",
        "Pads the borders with zeros.",
        _border("padding", rank, default, "How much to add"),
        DATA_FORMAT,
        shape_rule="padding",
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
    size = sizes("size", "Upsampling factors.", repeat_by_rank(2, rank), rank=rank)
    more: tuple[Parameter, ...] = () if rank == 1 else (DATA_FORMAT,)
    if rank == 2:
        more = (
            *more,
            choice(
                "interpolation",
                "Interpolation method.",
                ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
                "nearest",
            ),
        )
    return _layer(
        f"UpSampling{rank}D",
        "Upsamples by repeating or interpolating values.",
        size,
        *more,
        shape_rule="upsampling",
    )


LAYERS = (
    _layer("Flatten", "Flattens each sample to a vector.", DATA_FORMAT, shape_rule="flatten"),
    _layer(
        "Reshape",
        "Reshapes each sample.",
        shape(
            "target_shape", "New shape without the batch; -1 once, for what is left.", minimum=-1
        ),
        shape_rule="reshape",
    ),
    _layer(
        "Permute",
        "Permutes the axes.",
        shape("dims", "Axes in the new order, counted from 1 without the batch."),
        shape_rule="permute",
    ),
    _layer(
        "RepeatVector",
        "Repeats a vector n times, as a sequence.",
        count("n", "Number of copies."),
        shape_rule="repeat_vector",
    ),
    *(_cropping(rank) for rank in (1, 2, 3)),
    *(_upsampling(rank) for rank in (1, 2, 3)),
    *(_zero_padding(rank) for rank in (1, 2, 3)),
)
