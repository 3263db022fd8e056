"""Initializers: the values of weights before training."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import (
    axes,
    choice,
    integer,
    make_entry,
    non_negative,
    number,
    positive,
)
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.initializers"

_initializer = partial(make_entry, MODULE)

SEED = integer("seed", "Starts the random numbers; None for others in each run.", None, minimum=0)
_MEAN = number("mean", "Mean of the values.", 0.0)
_STDDEV = non_negative("stddev", "Standard deviation of the values.", 0.05)
_GAIN = number("gain", "Factor for the matrix.", 1.0)
_FAN_AXES = (
    axes("input_axes", "Axes that count as inputs; None to tell from the shape.", None),
    axes("output_axes", "Axes that count as outputs; None to tell from the shape.", None),
)


def _scaled(name: str, short_name: str, help_text: str) -> Entry:
    return _initializer(name, help_text, SEED, *_FAN_AXES, aliases=(short_name,))


INITIALIZERS: Registry[Entry] = Registry(
    "initializer",
    [
        _scaled("GlorotUniform", "glorot_uniform", "Uniform, scaled by inputs and outputs."),
        _scaled("GlorotNormal", "glorot_normal", "Normal, scaled by inputs and outputs."),
        _scaled("HeUniform", "he_uniform", "Uniform, scaled by inputs; for relu."),
        _scaled("HeNormal", "he_normal", "Normal, scaled by inputs; for relu."),
        _scaled("LecunUniform", "lecun_uniform", "Uniform, scaled by inputs; for selu."),
        _scaled("LecunNormal", "lecun_normal", "Normal, scaled by inputs; for selu."),
        _initializer("Zeros", "All 0.", aliases=("zeros", "zero")),
        _initializer("Ones", "All 1.", aliases=("ones", "one")),
        _initializer(
            "Constant",
            "All the same number.",
            number("value", "The number.", 0.0, always_stored=True),
            aliases=("constant",),
        ),
        _initializer(
            "RandomNormal",
            "Normal distribution.",
            _MEAN,
            _STDDEV,
            SEED,
            aliases=("random_normal", "normal"),
        ),
        _initializer(
            "RandomUniform",
            "Uniform distribution.",
            number("minval", "Lowest of the values.", -0.05),
            number("maxval", "Highest of the values.", 0.05),
            SEED,
            aliases=("random_uniform", "uniform"),
        ),
        _initializer(
            "TruncatedNormal",
            "Normal distribution without what is beyond two standard deviations.",
            _MEAN,
            _STDDEV,
            SEED,
            aliases=("truncated_normal",),
        ),
        _initializer(
            "VarianceScaling",
            "Scaled by the shape of the weights; the family of Glorot, He and Lecun.",
            positive("scale", "Scaling factor.", 1.0),
            choice(
                "mode",
                "Scale by inputs, outputs or the mean of both.",
                ("fan_in", "fan_out", "fan_avg"),
                "fan_in",
            ),
            choice(
                "distribution",
                "Distribution of the values.",
                ("truncated_normal", "untruncated_normal", "uniform"),
                "truncated_normal",
            ),
            SEED,
            *_FAN_AXES,
            aliases=("variance_scaling",),
        ),
        _initializer(
            "Orthogonal",
            "An orthogonal matrix.",
            _GAIN,
            SEED,
            aliases=("orthogonal", "OrthogonalInitializer"),
        ),
        _initializer(
            "Identity", "An identity matrix.", _GAIN, aliases=("identity", "IdentityInitializer")
        ),
    ],
)
