"""Initializers: the initial values of weights."""

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

_initializer = partial(make_entry, "keras.initializers")

SEED = integer("seed", "Random seed; None for a different one in each run.", None, minimum=0)
_MEAN = number("mean", "Mean of the values.", 0.0)
_STDDEV = non_negative("stddev", "Standard deviation of the values.", 0.05)
_GAIN = number("gain", "Multiplicative factor.", 1.0)
_FAN_AXES = (
    axes("input_axes", "Input axes; None to infer from the shape.", None),
    axes("output_axes", "Output axes; None to infer from the shape.", None),
)


def _scaled(name: str, short_name: str, help_text: str) -> Entry:
    return _initializer(name, help_text, SEED, *_FAN_AXES, aliases=(short_name,))


INITIALIZERS: Registry[Entry] = Registry(
    "initializer",
    [
        _scaled(
            "GlorotUniform", "glorot_uniform", "Uniform, scaled by fan-in and fan-out (Glorot)."
        ),
        _scaled("GlorotNormal", "glorot_normal", "Normal, scaled by fan-in and fan-out (Glorot)."),
        _scaled("HeUniform", "he_uniform", "Uniform, scaled by fan-in; for relu."),
        _scaled("HeNormal", "he_normal", "Normal, scaled by fan-in; for relu."),
        _scaled("LecunUniform", "lecun_uniform", "Uniform, scaled by fan-in; for selu."),
        _scaled("LecunNormal", "lecun_normal", "Normal, scaled by fan-in; for selu."),
        _initializer("Zeros", "All 0.", aliases=("zeros", "zero")),
        _initializer("Ones", "All 1.", aliases=("ones", "one")),
        _initializer(
            "Constant",
            "A constant.",
            number("value", "The constant.", 0.0, always_stored=True),
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
            number("minval", "Lower bound of the values.", -0.05),
            number("maxval", "Upper bound of the values.", 0.05),
            SEED,
            aliases=("random_uniform", "uniform"),
        ),
        _initializer(
            "TruncatedNormal",
            "Normal distribution truncated at two standard deviations.",
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
                "Scale by fan-in, fan-out or their average.",
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
