"""Constraints: what weights are held to after each step of training."""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.constraints"

_AXIS = Parameter(
    name="axis",
    kind=Kind.AXES,
    default=0,
    help="Axes along which norms are taken; 0 for the incoming weights of a Dense layer.",
)

CONSTRAINTS: Registry[Entry] = Registry(
    "constraint",
    [
        Entry(
            name="MaxNorm",
            module=MODULE,
            help="Norms of at most a value.",
            aliases=("max_norm", "maxnorm"),
            parameters=(
                Parameter(
                    name="max_value",
                    kind=Kind.NUMBER,
                    default=2,
                    minimum=0.0,
                    help="Largest norm.",
                    aliases=("m",),
                ),
                _AXIS,
            ),
        ),
        Entry(
            name="NonNeg",
            module=MODULE,
            help="Weights of at least 0.",
            aliases=("non_neg", "nonneg"),
        ),
        Entry(
            name="UnitNorm",
            module=MODULE,
            help="Norms of 1.",
            aliases=("unit_norm", "unitnorm"),
            parameters=(_AXIS,),
        ),
        Entry(
            name="MinMaxNorm",
            module=MODULE,
            help="Norms between two values.",
            aliases=("min_max_norm",),
            parameters=(
                Parameter(
                    name="min_value",
                    kind=Kind.NUMBER,
                    default=0.0,
                    minimum=0.0,
                    help="Smallest norm.",
                ),
                Parameter(
                    name="max_value",
                    kind=Kind.NUMBER,
                    default=1.0,
                    minimum=0.0,
                    help="Largest norm.",
                ),
                Parameter(
                    name="rate",
                    kind=Kind.NUMBER,
                    default=1.0,
                    minimum=0.0,
                    maximum=1.0,
                    help="How strictly: 1 holds at each step, less draws nearer.",
                    aliases=("rate_max_value",),
                ),
                _AXIS,
            ),
        ),
    ],
)
