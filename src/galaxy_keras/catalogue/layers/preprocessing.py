"""Rescaling, encoding, and changes of images."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import (
    axes,
    choice,
    count,
    flag,
    number,
    numbers,
    parameter,
)
from galaxy_keras.catalogue.initializers import SEED
from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, make_layer
from galaxy_keras.catalogue.layers.parameters import DATA_FORMAT
from galaxy_keras.catalogue.parameters import REQUIRED, Ignored, Kind, Parameter

_layer = partial(make_layer, "preprocessing")

_HEIGHT = count("height", "Height of the output.")
_WIDTH = count("width", "Width of the output.")
_FILL_VALUE = number("fill_value", "What to fill with if constant.", 0.0)
_FILL_OPTIONS = (
    choice(
        "fill_mode",
        "What to put beyond the border.",
        ("reflect", "wrap", "constant", "nearest"),
        "reflect",
    ),
    choice(
        "interpolation", "How values in between are found.", ("nearest", "bilinear"), "bilinear"
    ),
    SEED,
    _FILL_VALUE,
    DATA_FORMAT,
)
_VALUE_RANGE = parameter(
    Kind.RANGE, "value_range", "Lowest and highest value of the images.", (0, 255), rank=2
)
_COLOUR_IGNORED = (*IGNORED_BY_ALL, Ignored("data_format", ("channels_last", None)))


def _factor(
    name: str,
    help_text: str,
    *,
    minimum: float | None = -1.0,
    exclusive_minimum: float | None = None,
    default: object = REQUIRED,
) -> Parameter:
    return parameter(
        Kind.RANGE,
        name,
        help_text,
        default,
        minimum=minimum,
        exclusive_minimum=exclusive_minimum,
        maximum=1.0,
    )


LAYERS = (
    _layer(
        "Rescaling",
        "Multiplies by a number and adds one.",
        numbers("scale", "Factor, for example 0.00392156862745098 (1/255) for images."),
        numbers("offset", "What to add.", 0.0),
    ),
    _layer(
        "Normalization",
        "Subtracts a given mean and divides by the root of a given variance.",
        axes("axis", "Axes with a mean of their own; None for one mean of all.", -1, optional=True),
        numbers("mean", "Mean of each feature."),
        numbers("variance", "Variance of each feature.", minimum=0.0),
        flag("invert", "Whether to undo the normalization instead."),
        shape_rule="feature_normalization",
    ),
    _layer(
        "CategoryEncoding",
        "Turns whole numbers into indicator columns or counts.",
        count("num_tokens", "How many different numbers there are: the largest plus 1."),
        choice(
            "output_mode",
            "one_hot: a row for each number; multi_hot: which occur; count: how often.",
            ("one_hot", "multi_hot", "count"),
            "multi_hot",
        ),
        flag("sparse", "Whether to give sparse tensors."),
        shape_rule="category_encoding",
    ),
    _layer(
        "Resizing",
        "Scales images to a size.",
        _HEIGHT,
        _WIDTH,
        choice(
            "interpolation",
            "How values in between are found.",
            (
                "nearest",
                "bilinear",
                "bicubic",
                "area",
                "lanczos3",
                "lanczos5",
                "gaussian",
                "mitchellcubic",
            ),
            "bilinear",
        ),
        flag("crop_to_aspect_ratio", "Whether to cut off what does not fit the new shape."),
        flag("pad_to_aspect_ratio", "Whether to fill up what the new shape has more."),
        choice("fill_mode", "How to fill up.", ("constant",), "constant"),
        _FILL_VALUE,
        flag("antialias", "Whether to smooth when scaling down."),
        DATA_FORMAT,
        shape_rule="resizing",
    ),
    _layer(
        "CenterCrop",
        "Cuts out the middle of images.",
        _HEIGHT,
        _WIDTH,
        DATA_FORMAT,
        shape_rule="resizing",
    ),
    _layer(
        "RandomFlip",
        "Mirrors images at random in training.",
        choice(
            "mode",
            "In which direction.",
            ("horizontal", "vertical", "horizontal_and_vertical"),
            "horizontal_and_vertical",
        ),
        SEED,
        DATA_FORMAT,
        shape_rule="image",
    ),
    _layer(
        "RandomRotation",
        "Turns images at random in training.",
        _factor("factor", "Largest angle, as a fraction of a full turn."),
        *_FILL_OPTIONS,
        shape_rule="image",
    ),
    _layer(
        "RandomZoom",
        "Zooms images at random in training.",
        _factor(
            "height_factor", "Largest change of the height.", minimum=None, exclusive_minimum=-1.0
        ),
        _factor(
            "width_factor",
            "Largest change of the width; None to keep the proportions.",
            minimum=None,
            exclusive_minimum=-1.0,
            default=None,
        ),
        *_FILL_OPTIONS,
        shape_rule="image",
    ),
    _layer(
        "RandomTranslation",
        "Moves images at random in training.",
        _factor("height_factor", "Largest move up or down, as a fraction of the height."),
        _factor("width_factor", "Largest move left or right, as a fraction of the width."),
        *_FILL_OPTIONS,
        shape_rule="image",
    ),
    _layer(
        "RandomContrast",
        "Changes the contrast of images at random in training.",
        _factor("factor", "Largest change of the contrast.", minimum=0.0),
        _VALUE_RANGE,
        SEED,
        shape_rule="image",
        ignored=_COLOUR_IGNORED,
    ),
    _layer(
        "RandomBrightness",
        "Changes the brightness of images at random in training.",
        _factor("factor", "Largest change, as a fraction of the range of values."),
        _VALUE_RANGE,
        SEED,
        shape_rule="image",
        ignored=_COLOUR_IGNORED,
    ),
)
