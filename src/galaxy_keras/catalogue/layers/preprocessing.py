"""Rescaling, encoding and image augmentation."""

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
_FILL_VALUE = number("fill_value", "Fill value in the mode constant.", 0.0)
_FILL_OPTIONS = (
    choice(
        "fill_mode",
        "How points outside the image are filled.",
        ("reflect", "wrap", "constant", "nearest"),
        "reflect",
    ),
    choice("interpolation", "Interpolation method.", ("nearest", "bilinear"), "bilinear"),
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
        "Multiplies by scale and adds offset.",
        numbers("scale", "Factor, for example 0.00392156862745098 (1/255) for images."),
        numbers("offset", "Offset to add.", 0.0),
        shape_rule="rescaling",
    ),
    _layer(
        "Normalization",
        "Standardizes with a given mean and variance.",
        axes(
            "axis", "Axes with a separate mean; None for one mean of all values.", -1, optional=True
        ),
        numbers("mean", "Mean of each feature."),
        numbers("variance", "Variance of each feature.", minimum=0.0),
        flag("invert", "Whether to undo the normalization instead."),
        shape_rule="feature_normalization",
    ),
    _layer(
        "CategoryEncoding",
        "One-hot, multi-hot or count encoding of integers.",
        count("num_tokens", "Size of the vocabulary: the largest integer plus 1."),
        choice(
            "output_mode",
            "one_hot: a row for each integer; multi_hot: which occur; count: how often.",
            ("one_hot", "multi_hot", "count"),
            "multi_hot",
        ),
        flag("sparse", "Whether to return sparse tensors."),
        shape_rule="category_encoding",
    ),
    _layer(
        "Resizing",
        "Resizes images.",
        _HEIGHT,
        _WIDTH,
        choice(
            "interpolation",
            "Interpolation method.",
            (
                "nearest",
                "bilinear",
                "bicubic",
                "area",
                "lanczos3",
                "lanczos5",
            ),
            "bilinear",
        ),
        flag(
            "crop_to_aspect_ratio",
            "Whether to crop to the target aspect ratio instead of distorting.",
        ),
        flag(
            "pad_to_aspect_ratio",
            "Whether to pad to the target aspect ratio instead of distorting.",
        ),
        choice("fill_mode", "How the padding is filled.", ("constant",), "constant"),
        _FILL_VALUE,
        flag("antialias", "Whether to apply an anti-aliasing filter when downsampling."),
        DATA_FORMAT,
        shape_rule="resizing",
    ),
    _layer(
        "CenterCrop",
        "Crops the centre of images.",
        _HEIGHT,
        _WIDTH,
        DATA_FORMAT,
        shape_rule="resizing",
    ),
    _layer(
        "RandomFlip",
        "Flips images at random in training.",
        choice(
            "mode",
            "Direction of the flips.",
            ("horizontal", "vertical", "horizontal_and_vertical"),
            "horizontal_and_vertical",
        ),
        SEED,
        DATA_FORMAT,
        shape_rule="image",
    ),
    _layer(
        "RandomRotation",
        "Rotates images at random in training.",
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
            "Largest change of the width; None to preserve the aspect ratio.",
            minimum=None,
            exclusive_minimum=-1.0,
            default=None,
        ),
        *_FILL_OPTIONS,
        shape_rule="image",
    ),
    _layer(
        "RandomTranslation",
        "Translates images at random in training.",
        _factor("height_factor", "Largest shift up or down, as a fraction of the height."),
        _factor("width_factor", "Largest shift left or right, as a fraction of the width."),
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
