"""Initializers: the values of weights before training."""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.initializers"

SEED = Parameter(
    name="seed",
    kind=Kind.INTEGER,
    default=None,
    minimum=0,
    help="Starts the random numbers; None for others in each run.",
)
_MEAN = Parameter(name="mean", kind=Kind.NUMBER, default=0.0, help="Mean of the values.")
_STDDEV = Parameter(
    name="stddev",
    kind=Kind.NUMBER,
    default=0.05,
    minimum=0.0,
    help="Standard deviation of the values.",
)
_GAIN = Parameter(name="gain", kind=Kind.NUMBER, default=1.0, help="Factor for the matrix.")
_FAN_AXES = (
    Parameter(
        name="input_axes",
        kind=Kind.AXES,
        default=None,
        help="Axes that count as inputs; None to tell from the shape.",
    ),
    Parameter(
        name="output_axes",
        kind=Kind.AXES,
        default=None,
        help="Axes that count as outputs; None to tell from the shape.",
    ),
)


def _scaled(name: str, short_name: str, help_text: str) -> Entry:
    return Entry(
        name=name,
        module=MODULE,
        help=help_text,
        aliases=(short_name,),
        parameters=(SEED, *_FAN_AXES),
    )


INITIALIZERS: Registry[Entry] = Registry(
    "initializer",
    [
        _scaled("GlorotUniform", "glorot_uniform", "Uniform, scaled by inputs and outputs."),
        _scaled("GlorotNormal", "glorot_normal", "Normal, scaled by inputs and outputs."),
        _scaled("HeUniform", "he_uniform", "Uniform, scaled by inputs; for relu."),
        _scaled("HeNormal", "he_normal", "Normal, scaled by inputs; for relu."),
        _scaled("LecunUniform", "lecun_uniform", "Uniform, scaled by inputs; for selu."),
        _scaled("LecunNormal", "lecun_normal", "Normal, scaled by inputs; for selu."),
        Entry(name="Zeros", module=MODULE, help="All 0.", aliases=("zeros", "zero")),
        Entry(name="Ones", module=MODULE, help="All 1.", aliases=("ones", "one")),
        Entry(
            name="Constant",
            module=MODULE,
            help="All the same number.",
            aliases=("constant",),
            parameters=(
                Parameter(
                    name="value",
                    kind=Kind.NUMBER,
                    default=0.0,
                    always_stored=True,
                    help="The number.",
                ),
            ),
        ),
        Entry(
            name="RandomNormal",
            module=MODULE,
            help="Normal distribution.",
            aliases=("random_normal", "normal"),
            parameters=(_MEAN, _STDDEV, SEED),
        ),
        Entry(
            name="RandomUniform",
            module=MODULE,
            help="Uniform distribution.",
            aliases=("random_uniform", "uniform"),
            parameters=(
                Parameter(
                    name="minval", kind=Kind.NUMBER, default=-0.05, help="Lowest of the values."
                ),
                Parameter(
                    name="maxval", kind=Kind.NUMBER, default=0.05, help="Highest of the values."
                ),
                SEED,
            ),
        ),
        Entry(
            name="TruncatedNormal",
            module=MODULE,
            help="Normal distribution without what is beyond two standard deviations.",
            aliases=("truncated_normal",),
            parameters=(_MEAN, _STDDEV, SEED),
        ),
        Entry(
            name="VarianceScaling",
            module=MODULE,
            help="Scaled by the shape of the weights; the family of Glorot, He and Lecun.",
            aliases=("variance_scaling",),
            parameters=(
                Parameter(
                    name="scale", kind=Kind.NUMBER, default=1.0, above=0.0, help="Scaling factor."
                ),
                Parameter(
                    name="mode",
                    kind=Kind.CHOICE,
                    default="fan_in",
                    choices=("fan_in", "fan_out", "fan_avg"),
                    help="Scale by inputs, outputs or the mean of both.",
                ),
                Parameter(
                    name="distribution",
                    kind=Kind.CHOICE,
                    default="truncated_normal",
                    choices=("truncated_normal", "untruncated_normal", "uniform"),
                    help="Distribution of the values.",
                ),
                SEED,
                *_FAN_AXES,
            ),
        ),
        Entry(
            name="Orthogonal",
            module=MODULE,
            help="An orthogonal matrix.",
            aliases=("orthogonal", "OrthogonalInitializer"),
            parameters=(_GAIN, SEED),
        ),
        Entry(
            name="Identity",
            module=MODULE,
            help="An identity matrix.",
            aliases=("identity", "IdentityInitializer"),
            parameters=(_GAIN,),
        ),
    ],
)
